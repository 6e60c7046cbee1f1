import { readBlobTexts } from '@/lib/catalog/blobs'
import { type ClusterFacts, factsOf, hasCertManager } from '@/lib/clusters/cluster-facts-views'
import { servicePorts } from '@/lib/clusters/service-ports'
import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { AppError } from '@/lib/errors'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import type { RouteRule } from '@/lib/protocol/route'
import { type Entry, entriesFor, findEntries } from './find-entries'

export interface BackendCluster {
  readonly runtimeId: string
  readonly name: string
  readonly facts: ClusterFacts
}

/** A service that routes may lead to: in which clusters it is, and the ports under which it is asked there. */
export interface Backend {
  readonly stageId: string
  readonly service: string
  readonly clusters: readonly BackendCluster[]
  readonly ports: readonly string[]
}

interface Place {
  readonly applicationId: string
  readonly environment: Environment
}

/** Every service of an application in one environment, as routes see it; those on machines have no cluster. */
export async function findBackends(
  tx: Tx,
  { applicationId, environment }: Place,
  isMeant: Prisma.StageWhereInput = {},
): Promise<Backend[]> {
  const stages = await tx.stage.findMany({
    where: { ...isMeant, environment, service: { applicationId, removedAt: null, isRoute: false } },
    include: {
      service: { select: { name: true, component: true, packageId: true } },
      placements: { include: { runtime: { include: { cluster: true } }, workload: { select: { contentDigest: true } } } },
    },
    orderBy: { service: { name: 'asc' } },
  })
  const placed = stages.map((stage) => stage.placements.filter(({ runtime }) => runtime.kind === 'cluster'))
  const texts = await readBlobTexts(
    tx,
    placed.flat().flatMap(({ workload }) => workload?.contentDigest ?? []),
  )
  return Promise.all(
    stages.map(async ({ id, service }, at): Promise<Backend> => {
      const mine = placed[at] ?? []
      const shown = mine.flatMap(({ workload }) => texts.get(workload?.contentDigest ?? '') ?? [])
      return {
        stageId: id,
        service: service.name,
        clusters: mine.flatMap(({ runtime }) =>
          runtime.cluster && !runtime.cluster.removedAt
            ? [{ runtimeId: runtime.id, name: runtime.name, facts: factsOf(runtime.cluster) }]
            : [],
        ),
        ports:
          shown.length > 0
            ? [...servicePorts(shown, service.name).keys()]
            : mine.length > 0
              ? await portsOf(tx, id, service.component)
              : [],
      }
    }),
  )
}

/** Before its first deploy: as the newest release it is to have says. */
async function portsOf(tx: Tx, stageId: string, component: string): Promise<string[]> {
  const release = await tx.release.findFirst({
    where: { stageId },
    orderBy: { number: 'desc' },
    select: { packageVersion: { select: { manifest: true } } },
  })
  const found = release && PackageManifest.parse(release.packageVersion.manifest).components.find((one) => one.name === component)
  return found?.container ? found.ports.map((port) => port.name) : []
}

const refused = (reason: string, message: string, field: string, values: Record<string, string>): AppError =>
  new AppError('invalid', message, { reason, values, fields: { [field]: message } })

/** Where a route comes to be: in clusters, or at ways in that serve pools. */
export type RoutePlaces =
  | { readonly kind: 'clusters'; readonly at: readonly BackendCluster[] }
  | { readonly kind: 'entries'; readonly at: readonly { readonly runtimeId: string; readonly name: string }[] }

/** Where all that it leads to is: there the route comes to be. Refuses what would lead nowhere. */
export async function insistBackends(tx: Tx, place: Place, rules: readonly RouteRule[]): Promise<RoutePlaces> {
  const all = await findBackends(tx, place)
  const found = rules.map((rule, at) => insistThere(all, rule, { at, place }))
  if (found.every((one) => one.clusters.length === 0))
    return { kind: 'entries', at: insistEntries(await findEntries(tx, place), found, rules) }
  return { kind: 'clusters', at: insistCommon(rules.map((rule, at) => insistBackend(found[at] as Backend, rule, at))) }
}

function insistCommon(backends: readonly Backend[]): BackendCluster[] {
  const [first, ...others] = backends
  const common = (first?.clusters ?? []).filter((one) =>
    others.every((other) => other.clusters.some((two) => two.runtimeId === one.runtimeId)),
  )
  if (common.length > 0) return common
  const services = [...new Set(backends.map((one) => one.service))].join(', ')
  throw refused('no_common_cluster', `${services} are together in no cluster, so no route can lead to all of them.`, 'rules', { services })
}

function insistThere(all: readonly Backend[], { service }: RouteRule, { at, place }: { at: number; place: Place }): Backend {
  const found = all.find((one) => one.service === service)
  const { environment } = place
  if (found) return found
  throw refused('service_unknown', `There is no service ${service} in ${environment}.`, `rules.${at}.service`, { service, environment })
}

function insistBackend(found: Backend, { service, port }: RouteRule, at: number): Backend {
  if (found.clusters.length === 0) {
    const message = `${service} runs on machines, and others that the route leads to are in clusters: give it a route of its own.`
    throw refused('on_machines', message, `rules.${at}.service`, { service })
  }
  return insistPort(found.ports, { service, port }, at, found)
}

function insistPort<T>(ports: readonly string[], { service, port }: Pick<RouteRule, 'service' | 'port'>, at: number, found: T): T {
  if (ports.includes(port)) return found
  const names = ports.join(', ') || '–'
  throw refused('port_unknown', `${service} has no port ${port}; it has: ${names}.`, `rules.${at}.port`, { service, port, ports: names })
}

/** Pools of the ways in that know all of them. */
function insistEntries(entries: readonly Entry[], backends: readonly Backend[], rules: readonly RouteRule[]): Entry['runtimes'] {
  for (const [at, { service }] of backends.entries()) {
    const ports = entries.flatMap((entry) => (entry.runtimes.length > 0 ? (entry.leadsTo.get(service) ?? []) : []))
    const message = `${service} runs on machines, and no way in leads to it: deploy the package proxy, and relate it to ${service}.`
    if (ports.length === 0) throw refused('no_entry', message, `rules.${at}.service`, { service })
    insistPort([...new Set(ports)], { service, port: rules[at]?.port ?? '' }, at, null)
  }
  const runtimes = new Map(
    entriesFor(entries, rules)
      .flatMap((entry) => entry.runtimes)
      .map((one) => [one.runtimeId, one]),
  )
  if (runtimes.size > 0) return [...runtimes.values()]
  const services = [...new Set(backends.map((one) => one.service))].join(', ')
  throw refused('no_common_entry', `No way in leads to all of ${services}.`, 'rules', { services })
}

export interface Wish {
  readonly ingressClass: string | null
  readonly tls: 'none' | 'certificate' | 'issuer'
}

/** What its places can do: somebody there who carries it out, and who issues its certificate. Answers which class it is to name. */
export function insistPlaces({ kind, at }: RoutePlaces, wish: Wish): string | null {
  if (kind === 'clusters') return insistClusters(at, wish)
  if (wish.tls !== 'none') throw refused('entry_no_tls', 'A way in on machines serves plain HTTP: end TLS in front of it.', 'tls', {})
  if (wish.ingressClass)
    throw refused('class_unknown', 'A way in on machines has no ingress class.', 'ingressClass', {
      cluster: at[0]?.name ?? '',
      name: wish.ingressClass,
    })
  return null
}

function insistClusters(clusters: readonly BackendCluster[], { ingressClass, tls }: Wish): string | null {
  for (const { name, facts } of clusters) {
    if (facts.ingressClasses.length === 0)
      throw refused('no_ingress', `${name} has no ingress controller: an operator has to install one.`, 'ingressClass', { cluster: name })
    if (tls === 'issuer' && !hasCertManager(facts))
      throw refused('no_cert_manager', `${name} has no cert-manager: upload a certificate instead.`, 'tls', { cluster: name })
    if (ingressClass && !facts.ingressClasses.some((one) => one.name === ingressClass))
      throw refused('class_unknown', `${name} has no ingress class ${ingressClass}.`, 'ingressClass', { cluster: name, name: ingressClass })
  }
  if (ingressClass || clusters.every(({ facts }) => facts.ingressClasses.some((one) => one.isDefault))) return ingressClass
  const classes = commonClasses(clusters)
  const [only] = classes
  if (only && classes.length === 1) return only
  const names = classes.join(', ') || '–'
  throw refused('class_needed', `No class is the default everywhere: choose one of ${names}.`, 'ingressClass', { names })
}

const namesOf = ({ facts }: BackendCluster): string[] => facts.ingressClasses.map((one) => one.name)

/** Classes that all of them have. */
export const commonClasses = ([first, ...others]: readonly BackendCluster[]): string[] =>
  first ? namesOf(first).filter((name) => others.every((other) => namesOf(other).includes(name))) : []
