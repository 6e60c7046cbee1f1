import { hasCertManager } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { type Backend, commonClasses, findBackends } from './backends'
import type { RouteChoices } from './views'

const mostOnMachines = 20

const firstOnMachines = async ({ applicationId, environment }: { applicationId: string; environment: Environment }): Promise<Backend[]> => {
  const found = await db.stage.findMany({
    where: {
      environment,
      service: { applicationId, removedAt: null, isRoute: false },
      placements: { none: { runtime: { kind: 'cluster' } } },
    },
    select: { id: true, service: { select: { name: true } } },
    orderBy: { service: { name: 'asc' } },
    take: mostOnMachines,
  })
  return found.map(({ id, service }) => ({ stageId: id, service: service.name, clusters: [], ports: [] }))
}

/** What a route may lead to, and how it may be served there. */
export async function choicesOf(applicationId: string, environment: Environment): Promise<RouteChoices> {
  // Those on machines cannot have a route; a form that offered thousands of them would only hide the others.
  const inClusters = { placements: { some: { runtime: { kind: 'cluster' as const } } } }
  const place = { applicationId, environment }
  const [leading, others] = await Promise.all([findBackends(db, place, inClusters), firstOnMachines(place)])
  const backends = [...leading, ...others]
  const clusters = [...new Map(backends.flatMap((one) => one.clusters).map((one) => [one.runtimeId, one])).values()]
  return {
    backends: backends.map(({ service, ports, clusters: own }) => ({ service, ports: [...ports], clusters: own.map((one) => one.name) })),
    classes: commonClasses(clusters),
    issuing: clusters.filter(({ facts }) => hasCertManager(facts)).map((one) => one.name),
  }
}
