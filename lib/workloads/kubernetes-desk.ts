import { publish } from '@/lib/bus/bus'
import { afterCommit } from '@/lib/db/transaction'
import type { WorkloadDesk } from '@/lib/drivers/driver'
import { storeWorkloadRelations } from '@/lib/relations/workload-relations'
import { callOff, eachOrder, orderWorkload } from './order-workload'

/** The bus topic that wakes whoever looks after a cluster. */
export const clusterTopic = (clusterId: string): string => `cluster:${clusterId}`

/** The hub's side of the Kubernetes driver: orders become rows; the observer of their cluster carries them out. */
export const kubernetesDesk: WorkloadDesk = {
  want: (orders) =>
    eachOrder(orders, async (tx, order) => {
      const placementId = order.placementId as string
      const { runtime } = await tx.placement.findUniqueOrThrow({
        where: { id: placementId },
        select: { runtime: { select: { cluster: { select: { id: true } } } } },
      })
      const clusterId = runtime.cluster?.id as string
      await orderWorkload(tx, order, { clusterId, relations: () => storeWorkloadRelations(tx, placementId) })
      afterCommit(tx, () => publish(clusterTopic(clusterId), null))
    }),
  leaveAsIs: (orders) =>
    eachOrder(orders, async (tx, order) => {
      const clusterId = (await callOff(tx, order))?.clusterId
      if (clusterId) afterCommit(tx, () => publish(clusterTopic(clusterId), null))
    }),
}
