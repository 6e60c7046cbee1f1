import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { stillOrdered } from '@/lib/deploys/still-ordered'
import type { TaskOrder } from '@/lib/drivers/driver'
import { lockWorkload } from './move-workload'

const wantedOf: Record<string, 'running' | 'stopped' | 'absent'> = { stop: 'stopped', remove: 'absent' }

interface Place {
  readonly clusterId: string | null
  /** Digest of what it is told of others; asked for only when it shall be there. */
  readonly relations: () => Promise<string | null>
}

/** An order becomes a row, which whoever looks after its place carries out. Handed over twice, it has effect once. */
export async function orderWorkload(tx: Tx, order: TaskOrder, { clusterId, relations }: Place): Promise<void> {
  const placementId = order.placementId as string
  await tx.workload.createMany({ data: [{ placementId, clusterId }], skipDuplicates: true })
  const found = await lockWorkload(tx, placementId)
  if (!found || (found.causeTaskId === order.taskId && found.causeAttempt === order.attempt)) return
  const wanted = wantedOf[order.verb] ?? 'running'
  await tx.workload.update({
    where: { placementId },
    data: {
      wanted,
      clusterId,
      ...(wanted === 'absent'
        ? { keepData: order.params.keepData !== false }
        : {
            relationsDigest: await relations(),
            contentDigest: order.contentDigest,
            releaseId: (order.params.releaseId as string | null | undefined) ?? null,
          }),
      ...(order.verb === 'restart' ? { restartToken: `${order.recordId}.${order.taskId}` } : {}),
      revision: found.revision + 1,
      causeRecordId: order.recordId,
      causeTaskId: order.taskId,
      causeAttempt: order.attempt,
      isCalledOff: false,
      takeOver: order.params.takeOver === true,
    },
  })
}

/** Placements in the order of their ids, as everybody who takes several of them; only what still holds. */
export async function eachOrder(orders: readonly TaskOrder[], work: (tx: Tx, order: TaskOrder) => Promise<void>): Promise<void> {
  await transaction(async (tx) => {
    const still = await stillOrdered(tx, orders)
    for (const order of [...still].sort((a, b) => ((a.placementId ?? '') < (b.placementId ?? '') ? -1 : 1))) await work(tx, order)
  })
}

/** Notes that an order was called off; null = it is not the one that stands. */
export async function callOff(tx: Tx, order: TaskOrder): Promise<{ readonly clusterId: string | null } | null> {
  const found = await lockWorkload(tx, order.placementId ?? '')
  if (!found || found.causeTaskId !== order.taskId) return null
  await tx.workload.update({ where: { placementId: found.placementId }, data: { isCalledOff: true } })
  return found
}
