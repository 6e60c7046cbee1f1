import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { endCommands } from '@/lib/commands/desired-commands'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { enqueue } from '@/lib/queue/outbox'
import { lookAgain } from '@/lib/services/raise-inputs'
import { deployKinds, unstarted } from './deploy-lifecycle'
import { endWorkloads } from './end-workloads'
import { holdUnits } from './hold-units'
import { returnMoved } from './return-moved'
import { settleReservations } from './settle-reservations'
import { isOfStage, type StageRecord } from './stage-record'
import { takeSizes } from './take-sizes'
import { returnUnits } from './withdraw-units'

/** What every end of a record does, whatever its event: nothing it had promised itself outlives it. */
export async function endDeploy(tx: Tx, actor: Actor, record: DeployRecord): Promise<void> {
  if (isOfStage(record)) {
    await holdUnits(tx, record, await returnMoved(tx, record))
    if (record.kind === 'migrate') await endCommands(tx, record.id)
    await takeSizes(tx, record)
    await settleReservations(tx, record)
    await endWorkloads(tx, record)
    await returnUnits(tx, record)
  }
  await tx.stageLock.deleteMany({ where: { recordId: record.id } })
  await tx.unitLock.deleteMany({ where: { recordId: record.id } })
  await tx.task.updateMany({
    where: { recordId: record.id, state: { in: ['pending', 'ready', 'running'] } },
    data: { state: 'cancelled', endedAt: clock.now(), code: record.code ?? 'record_ended' },
  })
  if (record.partOfId) await enqueue(tx, 'deploy.advance', { recordId: record.partOfId })
  if (!isOfStage(record)) return endWhole(tx, record)
  if (record.startedAt) await moveInputsOn(tx, record)
  if (wantsRollback(record)) {
    await enqueue(tx, 'deploy.roll-back', { recordId: record.id })
  }
  await wakeWaiting(tx, record)
  // What changed while this one told is told by the next.
  if (record.kind === 'relate') await enqueue(tx, 'relation.tell', { stageId: record.stageId })
  void actor
}

/** What belongs to a record of no stage ends with it: commands are called off, parts that never began hear it. */
async function endWhole(tx: Tx, record: DeployRecord): Promise<void> {
  await endCommands(tx, record.id)
  if (!record.groupId) return
  const left = await tx.deployRecord.findMany({ where: { partOfId: record.id, state: { in: [...unstarted] } }, select: { id: true } })
  for (const { id } of left) await enqueue(tx, 'deploy.advance', { recordId: id })
}

/** A hub that was restored does nothing by itself: it does not know what became of the deploy. */
export const wantsRollback = ({ state, onFailure, startedAt, code, kind }: DeployRecord): boolean =>
  state === 'failed' && onFailure === 'roll_back' && startedAt !== null && code !== 'hub_restored' && deployKinds[kind].carriesRelease

/**
 * What ran has changed what plans are made from. A record that was planned from this one's promise, and sees it kept,
 * need not be planned anew; everybody else must.
 */
async function moveInputsOn(tx: Tx, record: StageRecord): Promise<void> {
  const before = await tx.stage.findUniqueOrThrow({ where: { id: record.stageId }, select: { inputsRevision: true } })
  const { inputsRevision } = await tx.stage.update({
    where: { id: record.stageId },
    data: { inputsRevision: { increment: 1 } },
    select: { inputsRevision: true },
  })
  if (record.state !== 'succeeded' || record.deferred > 0) return
  await tx.deployRecord.updateMany({
    where: { plannedAfterId: record.id, inputsRevision: before.inputsRevision },
    data: { inputsRevision },
  })
}

/** The line of the stage moves on; records that waited for a unit look again, and plans that people look at are made anew. */
async function wakeWaiting(tx: Tx, record: StageRecord): Promise<void> {
  await lookAgain(tx, { stageId: { in: [record.stageId] } })
  const running = await tx.deployRecord.findMany({
    where: { stageId: record.stageId, state: 'running', id: { not: record.id } },
    select: { id: true },
  })
  for (const { id } of running) await enqueue(tx, 'deploy.advance', { recordId: id })
}
