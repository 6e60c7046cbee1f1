import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { createUnits } from '@/lib/deploys/create-units'
import { deployLifecycle } from '@/lib/deploys/deploy-lifecycle'
import { isOutdated } from '@/lib/deploys/is-outdated'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { planAnew } from '@/lib/deploys/start-deploy'

/** A part starts in its group's name: that one was approved and holds its stage for it. It waits for the parts before it, and goes with the whole. */
export async function startPart(tx: Tx, actor: Actor, { record, stage }: { record: StageRecord; stage: Stage }): Promise<DeployRecord> {
  const whole = await tx.deployRecord.findUniqueOrThrow({
    where: { id: record.partOfId ?? '' },
    select: { state: true, code: true, message: true },
  })
  const before = await tx.deployRecord.count({ where: { id: { in: record.afterIds }, state: { not: 'succeeded' } } })
  if (deployLifecycle.isFinal(whole.state))
    return moveDeploy(tx, actor, record, 'withdraw', { code: whole.code ?? 'not_reached', message: whole.message })
  if (record.state !== 'queued' || whole.state !== 'running' || before > 0) return record
  if (await isOutdated(tx, record, stage)) return planAnew(tx, actor, record)
  await createUnits(tx, record)
  return moveDeploy(tx, actor, record, 'start', { waitsForId: null })
}
