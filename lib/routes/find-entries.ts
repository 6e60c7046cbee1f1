import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import type { RouteRule } from '@/lib/protocol/route'
import { loadComponents } from '@/lib/relations/load-components'
import { releaseOfStage, standing } from '@/lib/relations/release-of-stage'

interface Place {
  readonly applicationId: string
  readonly environment: Environment
}

/** A service on machines through which others are reached under host names: what its package calls an entry with routes. */
export interface Entry {
  readonly stageId: string
  readonly service: string
  /** Name of the port at which it takes requests. */
  readonly port: string
  readonly runtimes: readonly { readonly runtimeId: string; readonly name: string }[]
  /** Service that it leads to → the port of it that it knows. */
  readonly leadsTo: ReadonlyMap<string, string>
}

/** The ways in of an application in one environment, and where each leads by its relations now. */
export async function findEntries(tx: Tx, { applicationId, environment }: Place): Promise<Entry[]> {
  const stages = await tx.stage.findMany({
    where: { environment, service: { applicationId, removedAt: null, isRoute: false } },
    select: {
      ...standing,
      id: true,
      service: { select: { name: true, component: true } },
      placements: {
        where: { runtime: { kind: 'pool' } },
        orderBy: { order: 'asc' },
        select: { releaseId: true, count: true, runtime: { select: { id: true, name: true } } },
      },
    },
  })
  const ids = stages.map((stage) => stage.id)
  const [relations, components] = await Promise.all([
    tx.relation.findMany({ where: { removedAt: null, consumerStageId: { in: ids }, providerStageId: { in: ids } } }),
    loadComponents(
      tx,
      stages.flatMap((stage) => releaseOfStage(stage) ?? []),
    ),
  ])
  const nameOf = new Map(stages.map((stage) => [stage.id, stage.service.name]))
  const componentOf = new Map(
    stages.map((stage) => [stage.id, components.get(releaseOfStage(stage) ?? '')?.get(stage.service.component)] as const),
  )
  return stages.flatMap(({ id, service, placements }): Entry[] => {
    const entry = componentOf.get(id)?.entry
    if (!entry?.routes) return []
    const mine = relations.filter((one) => one.consumerStageId === id && one.requirement === entry.serves)
    const leadsTo = mine.flatMap(({ providerStageId, provision }): [string, string][] => {
      const port = componentOf.get(providerStageId ?? '')?.provides.find((one) => one.name === provision)?.port
      const name = nameOf.get(providerStageId ?? '')
      return name && port ? [[name, port]] : []
    })
    const runtimes = placements.filter((one) => one.count > 0).map(({ runtime }) => ({ runtimeId: runtime.id, name: runtime.name }))
    return [{ stageId: id, service: service.name, port: entry.port, runtimes, leadsTo: new Map(leadsTo) }]
  })
}

/** Of these, those through which a route with such rules can lead. */
export const entriesFor = (entries: readonly Entry[], rules: readonly Pick<RouteRule, 'service' | 'port'>[]): Entry[] =>
  entries.filter(({ leadsTo }) => rules.every(({ service, port }) => leadsTo.get(service) === port))
