import { publish } from '@/lib/bus/bus'
import type { Tx } from '@/lib/db/client'
import { afterCommit, transaction } from '@/lib/db/transaction'
import { stillOrdered } from '@/lib/deploys/still-ordered'
import type { TaskOrder } from '@/lib/drivers/driver'
import type { KubernetesDesk } from '@/lib/drivers/kubernetes/kubernetes-driver'
import { storeWorkloadRelations } from '@/lib/relations/workload-relations'
import { lockWorkload } from './move-workload'

/** The bus topic that wakes whoever looks after a cluster. */
export const clusterTopic = (clusterId: string): string => `cluster:${clusterId}`

const wantedOf: Record<string, 'running' | 'stopped' | 'absent'> = { stop: 'stopped', remove: 'absent' }

async function want(tx: Tx, order: TaskOrder): Promise<void> {
  const placementId = order.placementId as string
  const { runtime } = await tx.placement.findUniqueOrThrow({
    where: { id: placementId },
    select: { runtime: { select: { cluster: { select: { id: true } } } } },
  })
  const clusterId = runtime.cluster?.id as string
  await tx.workload.createMany({ data: [{ placementId, clusterId }], skipDuplicates: true })
  const found = await lockWorkload(tx, placementId)
  // Handed over twice, it has effect once.
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
            relationsDigest: await storeWorkloadRelations(tx, placementId),
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
  afterCommit(tx, () => publish(clusterTopic(clusterId), null))
}

/** Placements in the order of their ids, as everybody who takes several of them. */
const byPlacement = (orders: readonly TaskOrder[]): TaskOrder[] =>
  [...orders].sort((a, b) => ((a.placementId ?? '') < (b.placementId ?? '') ? -1 : 1))

/** The hub's side of the Kubernetes driver: orders become rows; the observer of their cluster carries them out. */
export const kubernetesDesk: KubernetesDesk = {
  async want(orders) {
    await transaction(async (tx) => {
      for (const order of byPlacement(await stillOrdered(tx, orders))) await want(tx, order)
    })
  },
  async leaveAsIs(orders) {
    await transaction(async (tx) => {
      for (const order of byPlacement(await stillOrdered(tx, orders))) {
        const found = await lockWorkload(tx, order.placementId ?? '')
        if (!found || found.causeTaskId !== order.taskId) continue
        await tx.workload.update({ where: { placementId: found.placementId }, data: { isCalledOff: true } })
        afterCommit(tx, () => publish(clusterTopic(found.clusterId), null))
      }
    })
  },
}
