import { writeBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { canonicalJson } from '@/lib/protocol/canonical'
import { type UnitRelations, unitRelationsOf } from '@/lib/protocol/relations'
import { clusterEnds, loadClusterProviders } from './cluster-providers'
import { externalEnds, liveRelations, providerEnds } from './load-ends'
import { loadRelatedStages } from './load-related-stages'

/**
 * What the pods of these placements are to know now of those whom they require. Placements of stages that require nobody are left out.
 * Pods are alike, so a placement is told as a whole; who takes what it provides it is not told, for it is asked by one name.
 */
export async function workloadRelations(tx: Tx, placementIds: readonly string[]): Promise<Map<string, UnitRelations>> {
  const placements = await tx.placement.findMany({
    where: { id: { in: [...placementIds] } },
    select: { id: true, stageId: true, runtime: { select: { cluster: { select: { id: true } } } } },
  })
  const stageIds = [...new Set(placements.map((one) => one.stageId))]
  const relations = (await liveRelations(tx, stageIds)).filter((one) => stageIds.includes(one.consumerStageId))
  if (relations.length === 0) return new Map()
  const all = [...new Set([...stageIds, ...relations.flatMap((one) => one.providerStageId ?? [])])]
  const [stages, pods] = await Promise.all([loadRelatedStages(tx, all), loadClusterProviders(tx, all)])
  return new Map(
    placements.flatMap(({ id, stageId, runtime }) => {
      const own = relations.filter((one) => one.consumerStageId === stageId)
      if (own.length === 0) return []
      const ends = own.flatMap((relation) => {
        const [consumer, provider] = [stages.get(stageId), stages.get(relation.providerStageId ?? '')]
        const inClusters = pods.get(relation.providerStageId ?? '')
        if (!consumer) return []
        if (!provider) return externalEnds(relation, consumer)
        return [...providerEnds(relation, provider), ...(inClusters ? clusterEnds(relation, inClusters, runtime.cluster?.id ?? null) : [])]
      })
      return [[id, unitRelationsOf(ends)] as const]
    }),
  )
}

/** The same, stored for whoever carries it out; null = it is related to nobody. */
export async function storeWorkloadRelations(tx: Tx, placementId: string): Promise<string | null> {
  const found = (await workloadRelations(tx, [placementId])).get(placementId)
  if (!found) return null
  await writeBlobTexts(tx, new Map([[found.digest, canonicalJson(found.ends)]]), 'application/json')
  return found.digest
}

export interface UntoldWorkload {
  readonly placementId: string
  readonly told: string | null
  readonly now: UnitRelations
}

/** Placements of a stage that run in clusters and were not told what is true now. */
export async function untoldWorkloads(tx: Tx, stageId: string): Promise<UntoldWorkload[]> {
  const rows = await tx.workload.findMany({
    where: { placement: { stageId }, state: 'available', held: false, causeTaskId: null, cluster: { state: 'ready' } },
    select: { placementId: true, relationsDigest: true },
  })
  if (rows.length === 0) return []
  const relations = await workloadRelations(
    tx,
    rows.map((row) => row.placementId),
  )
  return rows.flatMap(({ placementId, relationsDigest: told }) => {
    // Whoever was related and is no more is told that nobody is left.
    const now = relations.get(placementId) ?? (told ? unitRelationsOf([]) : undefined)
    return now && now.digest !== told ? [{ placementId, told, now }] : []
  })
}
