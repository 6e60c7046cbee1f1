import type { Tx } from '@/lib/db/client'
import type { TaskOrder } from '@/lib/drivers/driver'

/**
 * What of these orders still holds, with their records held until the end of the transaction: a worker that comes late must not
 * write the wish of a record that has ended, or of an attempt that another has taken over.
 */
export async function stillOrdered(tx: Tx, orders: readonly TaskOrder[]): Promise<TaskOrder[]> {
  const recordIds = [...new Set(orders.map((order) => order.recordId))].sort()
  await tx.$queryRaw`select 1 from "DeployRecord" where id = any(${recordIds}) order by id for update`
  const running = await tx.task.findMany({
    where: { id: { in: orders.map((order) => order.taskId) }, state: 'running' },
    select: { id: true, attempt: true },
  })
  const attemptOf = new Map(running.map((task) => [task.id, task.attempt]))
  return orders.filter((order) => attemptOf.get(order.taskId) === order.attempt)
}
