import { hasCertManager } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { commonClasses, findBackends } from './backends'
import { findEntries } from './find-entries'
import type { RouteChoices } from './views'

const mostOnMachines = 20

/** Those that no way in leads to are named with the reason; thousands of them would only hide the others. */
async function firstOnMachines({ applicationId, environment }: { applicationId: string; environment: Environment }): Promise<string[]> {
  const found = await db.stage.findMany({
    where: {
      environment,
      service: { applicationId, removedAt: null, isRoute: false },
      placements: { none: { runtime: { kind: 'cluster' } } },
    },
    select: { service: { select: { name: true } } },
    orderBy: { service: { name: 'asc' } },
    take: mostOnMachines,
  })
  return found.map(({ service }) => service.name)
}

/** What a route may lead to, and how it may be served there. */
export async function choicesOf(applicationId: string, environment: Environment): Promise<RouteChoices> {
  const inClusters = { placements: { some: { runtime: { kind: 'cluster' as const } } } }
  const place = { applicationId, environment }
  const [leading, entries, onMachines] = await Promise.all([
    findBackends(db, place, inClusters),
    findEntries(db, place),
    firstOnMachines(place),
  ])
  const through = (service: string) => entries.filter((entry) => entry.leadsTo.has(service) && entry.runtimes.length > 0)
  const led = entries.flatMap((entry) => (entry.runtimes.length > 0 ? [...entry.leadsTo.keys()] : []))
  const ready = new Set(leading.map((one) => one.service))
  const behind = [...new Set([...led, ...onMachines])]
    .filter((service) => !ready.has(service))
    .map((service) => ({ service, clusters: [], ports: [] }))
  const backends = [...leading, ...behind].sort((a, b) => (a.service < b.service ? -1 : 1))
  const clusters = [...new Map(leading.flatMap((one) => one.clusters).map((one) => [one.runtimeId, one])).values()]
  return {
    backends: backends.map(({ service, ports, clusters: own }) => {
      const ways = own.length > 0 ? [] : through(service)
      return {
        service,
        ports: ways.length > 0 ? [...new Set(ways.flatMap((entry) => entry.leadsTo.get(service) ?? []))] : [...ports],
        clusters: own.map((one) => one.name),
        entries: ways.map((entry) => entry.service),
      }
    }),
    classes: commonClasses(clusters),
    issuing: clusters.filter(({ facts }) => hasCertManager(facts)).map((one) => one.name),
  }
}
