import { readBlobTexts } from '@/lib/catalog/blobs'
import { servicePorts } from '@/lib/clusters/service-ports'
import type { Tx } from '@/lib/db/client'
import type { Relation } from '@/lib/db/generated/client'
import type { RelationEnd } from '@/lib/protocol/relations'
import { RouteValuesSchema } from '@/lib/protocol/route'
import { loadComponents } from './load-components'
import { releaseOfStage, standing } from './release-of-stage'

/** A stage whose units are pods, as others see it: under one name in its clusters, and from outside by its routes. */
export interface ClusterProvider {
  readonly application: string
  readonly service: string
  /** Name in `provides` → name of the port. */
  readonly provisions: ReadonlyMap<string, string>
  readonly places: readonly { readonly clusterId: string; readonly namespace: string; readonly ports: ReadonlyMap<string, number> }[]
  readonly routes: readonly { readonly host: string; readonly port: number; readonly to: string }[]
}

/** Those of these stages that are in clusters and run there. */
export async function loadClusterProviders(tx: Tx, stageIds: readonly string[]): Promise<Map<string, ClusterProvider>> {
  const there = { state: { in: ['available' as const, 'progressing' as const, 'failed' as const] }, shownDigest: { not: null } }
  const rows = await tx.stage.findMany({
    where: { id: { in: [...stageIds] }, placements: { some: { workload: there } } },
    select: { ...standing, id: true, environment: true, service: true },
  })
  if (rows.length === 0) return new Map()
  const workloads = await tx.workload.findMany({
    where: { ...there, placement: { stageId: { in: rows.map((row) => row.id) } } },
    select: { clusterId: true, shownDigest: true, placement: { select: { stageId: true } } },
    orderBy: { placementId: 'asc' },
  })
  const texts = await readBlobTexts(
    tx,
    workloads.flatMap((one) => one.shownDigest ?? []),
  )
  const applicationIds = rows.map((row) => row.service.applicationId)
  const [components, namespaces, applications, routes] = await Promise.all([
    loadComponents(
      tx,
      rows.flatMap((row) => releaseOfStage(row) ?? []),
    ),
    tx.clusterNamespace.findMany({ where: { applicationId: { in: applicationIds }, state: 'present' } }),
    tx.application.findMany({ where: { id: { in: applicationIds } }, select: { id: true, slug: true } }),
    routesIn(tx, applicationIds),
  ])
  return new Map(
    rows.map(({ id, environment, service, ...stage }) => {
      const component = components.get(releaseOfStage(stage) ?? '')?.get(service.component)
      const mine = workloads.filter((one) => one.placement.stageId === id)
      const provider: ClusterProvider = {
        application: applications.find((one) => one.id === service.applicationId)?.slug ?? '',
        service: service.name,
        provisions: new Map((component?.provides ?? []).flatMap((one) => (one.port ? [[one.name, one.port] as const] : []))),
        places: mine.flatMap(({ clusterId, shownDigest }) => {
          const namespace = namespaces.find((one) => one.clusterId === clusterId && one.applicationId === service.applicationId)
          const ports = servicePorts([texts.get(shownDigest ?? '') ?? []].flat(), service.name)
          return clusterId && namespace ? [{ clusterId, namespace: namespace.name, ports }] : []
        }),
        routes: routes.filter(
          (one) => one.applicationId === service.applicationId && one.environment === environment && one.service === service.name,
        ),
      }
      return [id, provider]
    }),
  )
}

/** Where the routes in force of these applications lead; a wildcard is no name that one could ask. */
async function routesIn(tx: Tx, applicationIds: readonly string[]) {
  const stages = await tx.stage.findMany({
    where: { releaseId: { not: null }, service: { applicationId: { in: [...applicationIds] }, isRoute: true, removedAt: null } },
    select: { environment: true, releaseId: true, service: { select: { applicationId: true } } },
    orderBy: { service: { name: 'asc' } },
  })
  const releases = await tx.release.findMany({
    where: { id: { in: stages.flatMap((stage) => stage.releaseId ?? []) } },
    select: { id: true, values: true },
  })
  return stages.flatMap(({ environment, releaseId, service: { applicationId } }) => {
    const values = RouteValuesSchema.safeParse(releases.find((one) => one.id === releaseId)?.values).data
    if (!values || values.host.startsWith('*.')) return []
    const port = values.tls === 'none' ? 80 : 443
    return values.rules
      .filter((rule) => rule.path === '/')
      .map((rule) => ({ applicationId, environment, service: rule.service, host: values.host, port, to: rule.port }))
  })
}

/**
 * As it is reached from where its consumer is. In the same cluster by its own name there, which stays whatever its pods do; from
 * anywhere else by its routes, for nothing else of a cluster is open to all. Nothing = it is not reached from there.
 */
export function clusterEnds(relation: Relation, provider: ClusterProvider, clusterId: string | null): RelationEnd[] {
  const port = provider.provisions.get(relation.provision ?? '') ?? ''
  const here = provider.places.find((place) => place.clusterId === clusterId)
  const inside = here?.ports.get(port)
  const found =
    here && inside !== undefined
      ? [{ address: `${provider.service}.${here.namespace}.svc`, port: inside }]
      : provider.routes.filter((route) => route.to === port).map((route) => ({ address: route.host, port: route.port }))
  const seen = relation.granularity === 'unit' ? found : found.slice(0, 1)
  return seen.map((one) => ({
    ...{ side: 'provider' as const, relation: relation.requirement, interface: relation.interface },
    ...{ application: provider.application, service: provider.service, unit: null },
    ...one,
  }))
}
