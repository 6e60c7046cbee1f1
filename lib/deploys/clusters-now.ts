import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { loadWorkloadViews } from '@/lib/workloads/load-workload-views'
import type { ClusterNow } from './views'

/** The stage's pods as their clusters show them, whatever the record says. A route has none. */
export async function clustersNow({ stageId }: Pick<DeployRecord, 'stageId'>): Promise<ClusterNow[]> {
  if (stageId === null) return []
  const placements = await db.placement.findMany({
    where: { stageId, workload: { state: { notIn: ['none', 'removed'] } }, stage: { service: { isRoute: false } } },
    select: { id: true, runtime: { select: { name: true } } },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  })
  const views = await loadWorkloadViews(placements)
  return placements.flatMap(({ id, runtime }) => {
    const view = views.get(id)
    if (!view) return []
    const { state, held, heardAt, available, desired, release } = view
    return [{ placementId: id, cluster: runtime.name, state, held, heardAt, available, desired, release }]
  })
}
