import { hasCertManager } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { commonClasses, findBackends } from './backends'
import type { RouteChoices } from './views'

/** What a route may lead to, and how it may be served there. */
export async function choicesOf(applicationId: string, environment: Environment): Promise<RouteChoices> {
  const backends = await findBackends(db, { applicationId, environment })
  const clusters = [...new Map(backends.flatMap((one) => one.clusters).map((one) => [one.runtimeId, one])).values()]
  return {
    backends: backends.map(({ service, ports, clusters: own }) => ({ service, ports: [...ports], clusters: own.map((one) => one.name) })),
    classes: commonClasses(clusters),
    issuing: clusters.filter(({ facts }) => hasCertManager(facts)).map((one) => one.name),
  }
}
