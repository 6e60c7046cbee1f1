import { z } from 'zod'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { doesNoMore, SignedSchema } from '@/lib/deploys/approvals-standing'

const WholeSchema = z.object({ members: z.array(z.object({ service: z.string(), document: SignedSchema })) })

/** Whether the plan a part has now does no more than what was signed with its group, which is under way. */
export async function isSignedPart(tx: Tx, record: DeployRecord, document: unknown): Promise<boolean> {
  const whole = await tx.deployRecord.findUnique({ where: { id: record.partOfId ?? '' }, select: { state: true, planId: true } })
  const plan = whole?.state === 'running' && whole.planId ? await tx.plan.findUnique({ where: { id: whole.planId } }) : null
  const signed = plan && WholeSchema.parse(plan.document).members.find((member) => member.service === record.serviceName)
  return signed ? doesNoMore(signed.document, SignedSchema.parse(document)) : false
}
