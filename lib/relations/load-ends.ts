import type { Tx } from '@/lib/db/client'
import type { Relation } from '@/lib/db/generated/client'
import type { RelationEnd } from '@/lib/protocol/relations'
import { clusterEnds, loadClusterProviders } from './cluster-providers'
import { loadRelatedStages, type RelatedStage, type RelatedUnit } from './load-related-stages'
import { type EntryRoutes, routesAtEntries, routesOf } from './routes-at-entries'
import { ExternalEndpointsSchema } from './schema'

export type LiveRelation = Relation & { external: { name: string; endpoints: unknown } | null }

/** Relations of these stages, on either side, that are in force. */
export const liveRelations = (tx: Tx, stageIds: readonly string[]): Promise<LiveRelation[]> =>
  tx.relation.findMany({
    where: { removedAt: null, OR: [{ consumerStageId: { in: [...stageIds] } }, { providerStageId: { in: [...stageIds] } }] },
    include: { external: { select: { name: true, endpoints: true } } },
    orderBy: { id: 'asc' },
  })

/**
 * What each unit of these stages is to know of the others, from rows as they are now. Everything that has a place and is not
 * leaving counts: whether it serves this moment is for its consumers to find out.
 */
export async function loadEnds(tx: Tx, stageIds: readonly string[]): Promise<Map<string, RelationEnd[]>> {
  const relations = await liveRelations(tx, stageIds)
  const all = [...new Set([...stageIds, ...relations.flatMap((one) => [one.consumerStageId, one.providerStageId ?? []].flat())])]
  const stages = await loadRelatedStages(tx, all)
  const pods = await loadClusterProviders(tx, all)
  const ways = [...stages.values()].filter((stage) => stage.entryFor !== null)
  const routes = await routesAtEntries(tx, [...new Set(ways.map((stage) => stage.applicationId))])
  const ends = new Map<string, RelationEnd[]>()
  for (const id of stageIds) for (const unit of stages.get(id)?.units ?? []) ends.set(unit.id, [])
  for (const relation of relations) {
    const consumer = stages.get(relation.consumerStageId)
    const provider = stages.get(relation.providerStageId ?? '')
    const inClusters = pods.get(relation.providerStageId ?? '')
    const given = inClusters ? clusterEnds(relation, inClusters, null) : []
    if (consumer)
      give(
        ends,
        consumer,
        provider
          ? [...providerEnds(relation, provider, consumer.entryFor === relation.requirement ? routes : none), ...given]
          : externalEnds(relation, consumer),
      )
    if (provider && consumer) give(ends, provider, consumerEnds(relation, consumer))
  }
  return ends
}

function give(ends: Map<string, RelationEnd[]>, stage: RelatedStage, found: readonly RelationEnd[]): void {
  // A unit on its way out is told nothing any more.
  for (const unit of stage.units) ends.get(unit.id)?.push(...found)
}

const none: EntryRoutes = new Map()

export function providerEnds(relation: Relation, provider: RelatedStage, routes: EntryRoutes = none): RelationEnd[] {
  const endOf = (unit: RelatedUnit, name: string | null): RelationEnd =>
    withRoutes(provider, routes, unit.provisions.get(relation.provision ?? ''), {
      side: 'provider',
      relation: relation.requirement,
      interface: relation.interface,
      application: provider.application,
      service: provider.service,
      unit: name,
      address: unit.address,
      port: unit.ports[unit.provisions.get(relation.provision ?? '') ?? ''] ?? null,
    })
  const present = provider.units.filter((unit) => !unit.isLeaving)
  if (relation.granularity === 'unit') return present.map((unit) => endOf(unit, unit.name))
  // One for all: the first that serves, else the first.
  const [first] = [...present].sort((a, b) => Number(b.isServing) - Number(a.isServing) || a.ordinal - b.ordinal)
  return first ? [endOf(first, null)] : []
}

/** Only who has some hears of routes: everybody else is told what they were told before there were any. */
function withRoutes(provider: RelatedStage, all: EntryRoutes, port: string | undefined, end: RelationEnd): RelationEnd {
  const routes = port === undefined ? [] : routesOf(all, provider, port)
  return routes.length > 0 ? { ...end, routes: [...routes] } : end
}

function consumerEnds(relation: Relation, consumer: RelatedStage): RelationEnd[] {
  return consumer.units
    .filter((unit) => !unit.isLeaving)
    .map((unit) => ({
      side: 'consumer',
      relation: relation.provision ?? relation.requirement,
      interface: relation.interface,
      application: consumer.application,
      service: consumer.service,
      unit: unit.name,
      address: unit.address,
      port: null,
    }))
}

export function externalEnds(relation: LiveRelation, consumer: Pick<RelatedStage, 'application'>): RelationEnd[] {
  if (!relation.external) return []
  const endpoints = ExternalEndpointsSchema.parse(relation.external.endpoints)
  const seen = relation.granularity === 'unit' ? endpoints : endpoints.slice(0, 1)
  return seen.map(({ address, port }) => ({
    side: 'provider',
    relation: relation.requirement,
    interface: relation.interface,
    application: consumer.application,
    service: relation.external?.name ?? '',
    unit: null,
    address,
    port,
  }))
}
