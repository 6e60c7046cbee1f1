import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
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
export async function findEntries(tx: Tx, place: Place): Promise<Entry[]> {
  const ids = await entryStages(tx, place)
  if (ids.length === 0) return []
  const [stages, relations] = await Promise.all([
    tx.stage.findMany({
      where: { id: { in: ids } },
      select: {
        id: true,
        service: { select: { name: true } },
        placements: {
          where: { runtime: { kind: 'pool' }, count: { gt: 0 } },
          orderBy: { order: 'asc' },
          select: { runtime: { select: { id: true, name: true } } },
        },
      },
    }),
    tx.relation.findMany({ where: { removedAt: null, consumerStageId: { in: ids }, providerStageId: { not: null } } }),
  ])
  const providers = await tx.stage.findMany({
    where: { id: { in: relations.flatMap((one) => one.providerStageId ?? []) }, service: { applicationId: place.applicationId } },
    select: { id: true, service: { select: { name: true } } },
  })
  const component = await componentsOf(tx, [...ids, ...providers.map((one) => one.id)])
  const nameOf = new Map(providers.map((one) => [one.id, one.service.name]))
  return stages.flatMap(({ id, service, placements }): Entry[] => {
    const entry = component(id)?.entry
    if (!entry?.routes) return []
    const mine = relations.filter((one) => one.consumerStageId === id && one.requirement === entry.serves)
    const leadsTo = mine.flatMap(({ providerStageId, provision }): [string, string][] => {
      const port = component(providerStageId ?? '')?.provides.find((one) => one.name === provision)?.port
      const name = nameOf.get(providerStageId ?? '')
      return name && port ? [[name, port]] : []
    })
    const runtimes = placements.map(({ runtime }) => ({ runtimeId: runtime.id, name: runtime.name }))
    return [{ stageId: id, service: service.name, port: entry.port, runtimes, leadsTo: new Map(leadsTo) }]
  })
}

/** Few of many: found by what their packages say, not by reading all of them. */
async function entryStages(tx: Tx, { applicationId, environment }: Place): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select st.id from "Stage" st
    join "Service" s on s.id = st."serviceId" and s."applicationId" = ${applicationId} and s."removedAt" is null and not s."isRoute"
    join "Release" r on r.id = st."releaseId" join "PackageVersion" v on v.id = r."packageVersionId"
    where st.environment = ${environment}::"Environment" and v.manifest @? '$.components[*].entry.routes ? (@ == true)'
    order by st.id`
  return rows.map(({ id }) => id)
}

/** What these stages run, each as its release has it. */
async function componentsOf(tx: Tx, stageIds: readonly string[]): Promise<(stageId: string) => PackageComponent | undefined> {
  const stages = await tx.stage.findMany({
    where: { id: { in: [...stageIds] } },
    select: { ...standing, id: true, service: { select: { component: true } } },
  })
  const components = await loadComponents(
    tx,
    stages.flatMap((stage) => releaseOfStage(stage) ?? []),
  )
  const found = new Map(stages.map((stage) => [stage.id, components.get(releaseOfStage(stage) ?? '')?.get(stage.service.component)]))
  return (stageId) => found.get(stageId)
}

/** Of these, those through which a route with such rules can lead. */
export const entriesFor = (entries: readonly Entry[], rules: readonly Pick<RouteRule, 'service' | 'port'>[]): Entry[] =>
  entries.filter(({ leadsTo }) => rules.every(({ service, port }) => leadsTo.get(service) === port))
