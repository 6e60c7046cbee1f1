import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { doesNoMore, SignedSchema } from '@/lib/deploys/approvals-standing'
import { createUnits } from '@/lib/deploys/create-units'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import { isServiceGone } from '@/lib/deploys/plan-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { planAnew } from '@/lib/deploys/start-deploy'

/** A part starts in its group's name: that one was approved and has its lock. It waits for the parts before it. */
export async function startPart(tx: Tx, actor: Actor, { record, stage }: { record: StageRecord; stage: Stage }): Promise<DeployRecord> {
  const whole = await tx.deployRecord.findUniqueOrThrow({ where: { id: record.partOfId ?? '' }, select: { state: true } })
  const before = await tx.deployRecord.count({ where: { id: { in: record.afterIds }, state: { not: 'succeeded' } } })
  if (whole.state !== 'running' || before > 0) return record
  if (record.inputsRevision !== stage.inputsRevision || (await isServiceGone(tx, record))) return planAnew(tx, actor, record)
  await createUnits(tx, record)
  return moveDeploy(tx, actor, record, 'start', { waitsForId: null })
}

const WholeSchema = z.object({ members: z.array(z.object({ service: z.string(), document: SignedSchema })) })

/** Whether the plan a part has now does no more than what was signed with its group, which is under way. */
export async function isSignedPart(tx: Tx, record: DeployRecord, document: unknown): Promise<boolean> {
  const whole = await tx.deployRecord.findUnique({ where: { id: record.partOfId ?? '' }, select: { state: true, planId: true } })
  const plan = whole?.state === 'running' && whole.planId ? await tx.plan.findUnique({ where: { id: whole.planId } }) : null
  const signed = plan && WholeSchema.parse(plan.document).members.find((member) => member.service === record.serviceName)
  return signed ? doesNoMore(signed.document, SignedSchema.parse(document)) : false
}
