import { z } from 'zod'
import { type Actor, systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { enqueue } from '@/lib/queue/outbox'
import { refuse, whyNotCancel, whyNotRollBack } from './deploy-gate'
import { isUnderWay } from './deploy-lifecycle'
import { lockFor } from './get-record'
import { lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'
import { openRecord } from './request-deploy'

export const RollBackDeploySchema = z.object({ recordId: z.string(), cancelFirst: z.boolean().default(false) })

/** Back to what the stage had before this record: a new record with its own plan and approval. An install is rolled back by removal. */
export async function rollBackDeploy(
  actor: Actor,
  { recordId, cancelFirst }: z.infer<typeof RollBackDeploySchema>,
): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const locked = await lockFor(tx, actor, recordId, 'deploy.request')
    const before = await releaseBefore(tx, locked.record)
    if (cancelFirst && isUnderWay(locked.record.state)) return cancelAndRollBack(tx, actor, locked)
    refuse(whyNotRollBack(actor, locked.record, before !== null || locked.record.kind === 'install'))
    const { record } = await open(tx, actor, locked)
    return { recordId: record.id, number: record.number }
  })
}

/** The rollback waits in the line behind the cancelled record and is planned anew once that has ended. */
async function cancelAndRollBack(
  tx: Tx,
  actor: Actor,
  locked: { record: DeployRecord; stage: Stage },
): Promise<{ recordId: string; number: number }> {
  const { record, stage } = locked
  if (record.state !== 'cancelling') {
    refuse(whyNotCancel(actor, record))
    await moveDeploy(tx, actor, record, 'cancel', { code: 'cancelled', message: 'cancelled to roll back' })
    await enqueue(tx, 'deploy.stop-tasks', { recordId: record.id })
    await enqueue(tx, 'deploy.advance', { recordId: record.id })
  }
  const cancelling = await tx.deployRecord.findUniqueOrThrow({ where: { id: record.id } })
  const opened = await open(tx, actor, { record: cancelling, stage })
  return { recordId: opened.record.id, number: opened.record.number }
}

/** The rollback that was approved together with the plan that failed. Runs once for a record, whoever asks how often. */
export async function rollBackFailed({ recordId }: { recordId: string }): Promise<void> {
  try {
    await transaction(async (tx) => {
      const locked = await lockRecord(tx, recordId)
      if (locked.record.state !== 'failed' || locked.record.onFailure !== 'roll_back' || locked.record.rollbackOfId) return
      if ((await tx.deployRecord.count({ where: { rollbackOfId: recordId } })) > 0) return
      await open(tx, systemActor('on-failure'), locked)
    })
  } catch (error) {
    // Nothing had been changed yet, or it cannot be planned: the failed record and its held units say so already.
    if (!(error instanceof AppError)) throw error
  }
}

async function releaseBefore(tx: Tx, record: DeployRecord): Promise<string | null> {
  const target = await tx.deployTarget.findFirst({
    where: { recordId: record.id, fromReleaseId: { not: null } },
    select: { fromReleaseId: true },
  })
  return target?.fromReleaseId ?? record.fromReleaseId
}

async function open(tx: Tx, actor: Actor, { record, stage }: { record: DeployRecord; stage: Stage }): Promise<{ record: DeployRecord }> {
  const before = await releaseBefore(tx, record)
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id } })
  const counts = Object.fromEntries(targets.map((target) => [target.placementId, target.fromCount]))
  const service = await tx.service.findUniqueOrThrow({ where: { id: record.serviceId } })
  return openRecord(tx, actor, {
    service,
    stage,
    kind: before ? 'rollback' : 'remove',
    request: {
      toReleaseId: before,
      counts: before ? counts : {},
      keepData: true,
      placementIds: targets.map((target) => target.placementId),
    },
    reason: `Roll back #${record.number}`,
    rollbackOfId: record.id,
  })
}
