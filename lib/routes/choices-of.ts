import { hasCertManager } from '@/lib/clusters/cluster-facts-views'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { commonClasses, findBackends } from './backends'
import { findEntries } from './find-entries'
import type { RouteChoices } from './views'

/** What a route may lead to, and how it may be served there. */
export async function choicesOf(applicationId: string, environment: Environment): Promise<RouteChoices> {
  const [backends, entries] = await Promise.all([
    findBackends(db, { applicationId, environment }),
    findEntries(db, { applicationId, environment }),
  ])
  const through = (service: string) => entries.filter((entry) => entry.leadsTo.has(service) && entry.runtimes.length > 0)
  const clusters = [...new Map(backends.flatMap((one) => one.clusters).map((one) => [one.runtimeId, one])).values()]
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
