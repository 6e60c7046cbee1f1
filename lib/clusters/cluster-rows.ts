import { db } from '@/lib/db/client'
import type { ClusterNamespace } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { iso, isoOrNull } from '@/lib/iso-time'
import type { Sentence } from '@/lib/views'
import { factsOf, sumsOf } from './cluster-facts-views'
import type { ClusterRow } from './move-cluster'
import { type ClusterRowView, type Missing, MissingSchema } from './views'

export const lacksOf = ({ missing }: { missing: unknown }): Missing[] => MissingSchema.array().catch([]).parse(missing)

export const reasonOf = ({ stateReason, stateReasonValues }: ClusterRow): Sentence | null =>
  stateReason === null ? null : { code: stateReason, values: stateReasonValues as Sentence['values'] }

const counted = (list: readonly Pick<ClusterNamespace, 'state'>[]) => {
  const of = (...states: ClusterNamespace['state'][]) => list.filter(({ state }) => states.includes(state)).length
  return { present: of('present'), wanted: of('wanted'), trouble: of('foreign', 'refused') }
}

/** Clusters as lists show them. */
export async function clusterRows(clusters: readonly ClusterRow[]): Promise<ClusterRowView[]> {
  const ids = clusters.map((cluster) => cluster.id)
  const namespaces = await db.clusterNamespace.findMany({ where: { clusterId: { in: ids } }, select: { clusterId: true, state: true } })
  const byCluster = groupBy(namespaces, (one) => one.clusterId)
  return clusters.map((cluster) => ({
    id: cluster.id,
    runtimeId: cluster.runtimeId,
    name: cluster.runtime.name,
    environment: cluster.runtime.environment,
    state: cluster.state,
    stateSince: iso(cluster.stateSince),
    stateReason: reasonOf(cluster),
    heardAt: isoOrNull(cluster.heardAt),
    region: cluster.region,
    labels: cluster.runtime.labels as Record<string, string>,
    version: cluster.version,
    ...sumsOf(factsOf(cluster)),
    missing: lacksOf(cluster).filter((one) => !one.isOptional).length,
    namespaces: counted(byCluster.get(cluster.id) ?? []),
    isRemoving: cluster.removingSince !== null,
  }))
}
