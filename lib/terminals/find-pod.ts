import type { Tx } from '@/lib/db/client'
import { freshnessOf } from '@/lib/machines/freshness'

/** A pod as a place for a terminal; null = there is none of this id. */
export async function findPod(tx: Tx, applicationId: string, { name, unitId }: { name: string; unitId: string }) {
  const pod = await tx.workloadPod.findFirst({
    where: { uid: unitId, workload: { placement: { stage: { service: { applicationId, name, removedAt: null } } } } },
    include: { workload: { include: { cluster: true, placement: { include: { stage: { include: { service: true } } } } } } },
  })
  if (!pod?.workload.cluster) return null
  const { cluster, placement } = pod.workload
  return {
    unit: { id: pod.uid, name: pod.name, stage: placement.stage },
    isPlaced: pod.goneAt === null && !pod.isLeaving && pod.phase === 'Running',
    isHeard: cluster.state === 'ready' && freshnessOf(cluster) === 'known',
    /** Whoever looks after its cluster holds the line to it. */
    holder: cluster.id,
  }
}
