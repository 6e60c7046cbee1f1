import type { WorkloadDesk } from '@/lib/drivers/driver'
import { enqueue } from '@/lib/queue/outbox'
import { callOff, eachOrder, orderWorkload } from '@/lib/workloads/order-workload'

/** The hub's side of routes on machines: orders become rows, and their ways in are told of them. */
export const entryDesk: WorkloadDesk = {
  want: (orders) =>
    eachOrder(orders, async (tx, order) => {
      await orderWorkload(tx, order, { clusterId: null, relations: async () => null })
      await enqueue(tx, 'route.carry-out', { placementId: order.placementId as string })
    }),
  leaveAsIs: (orders) =>
    eachOrder(orders, async (tx, order) => {
      if (await callOff(tx, order)) await enqueue(tx, 'route.carry-out', { placementId: order.placementId as string })
    }),
}
