import type { Tx } from '@/lib/db/client'
import type { TaskMove } from './engine/decide'

/** What was put off because its cluster does not answer is no order any more, should the cluster come back this moment. */
export async function putOffWorkloads(tx: Tx, moves: readonly TaskMove[]): Promise<void> {
  const ids = moves.filter((move) => move.event === 'skip' && move.code === 'deferred').map((move) => move.task.id)
  if (ids.length === 0) return
  await tx.workload.updateMany({
    where: { causeTaskId: { in: ids } },
    data: { causeRecordId: null, causeTaskId: null, causeAttempt: null },
  })
}
