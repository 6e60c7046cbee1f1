import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { enqueue } from '@/lib/queue/outbox'
import { tellPeers } from '@/lib/relations/tell-peers'
import type { TaskMove } from './engine/decide'
import type { StageRecord } from './stage-record'

/** From here nobody is told of these units any more; they go on serving until their consumers have heard it. */
export async function withdrawUnits(tx: Tx, record: StageRecord, moves: readonly TaskMove[]): Promise<void> {
  const leaving = moves.filter((move) => move.event === 'watch' && move.task.verb === 'withdraw').flatMap((move) => move.task.unitId ?? [])
  if (leaving.length === 0) return
  await tx.unit.updateMany({ where: { id: { in: leaving } }, data: { leavingAt: clock.now() } })
  await tellPeers(tx, [record.stageId], record.id)
  // Where nobody is left to hear it, nobody would say so.
  await enqueue(tx, 'deploy.advance', { recordId: record.id })
}

/** A record that ended without taking them away gives its units back to their consumers. */
export async function returnUnits(tx: Tx, record: StageRecord): Promise<void> {
  const tasks = await tx.task.findMany({ where: { recordId: record.id, verb: 'withdraw' }, select: { unitId: true } })
  if (tasks.length === 0) return
  const { count } = await tx.unit.updateMany({
    where: { id: { in: tasks.flatMap((task) => task.unitId ?? []) }, removedAt: null, leavingAt: { not: null } },
    data: { leavingAt: null },
  })
  if (count > 0) await tellPeers(tx, [record.stageId], record.id)
}
