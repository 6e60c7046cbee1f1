import { isDeepStrictEqual } from 'node:util'
import type { applicationOf } from '@/cli/api/place'
import { CliError } from '@/cli/outcome'
import { previewOf } from '@/cli/plan'
import type { Given } from '@/cli/verb'
import { environments, type RouteFile, type RoutesFile } from './app-file'
import type { Step } from './apply'
import { allOf } from './reads'

type Place = Awaited<ReturnType<typeof applicationOf>>
type Environment = (typeof environments)[number]

interface Shown {
  readonly host: string
  readonly environment: Environment
  readonly version: number | null
  readonly rules: RouteFile['rules']
  readonly tls: {
    readonly kind: 'none' | 'certificate' | 'issuer'
    readonly issuer: { kind: 'ClusterIssuer' | 'Issuer'; name: string } | null
  }
  readonly ingressClass: string | null
}

const tlsOf = ({ kind, issuer }: Shown['tls']): RouteFile['tls'] =>
  kind === 'issuer' && issuer ? { issuer } : kind === 'certificate' ? kind : 'none'
const inForce = async (given: Given, place: Place): Promise<Shown[]> =>
  (await allOf<Shown>(given, `${place.path}/routes`)).filter((one) => one.version !== null)

/** Routes as `apply` reads them. Certificates are not in the file: of those it only says that one is served. */
export async function exportRoutes(given: Given, place: Place): Promise<RoutesFile> {
  const routes: Record<string, Partial<Record<Environment, RouteFile>>> = {}
  for (const { host, environment, rules, tls, ingressClass } of await inForce(given, place))
    routes[host] = { ...routes[host], [environment]: { rules, tls: tlsOf(tls), ...(ingressClass ? { ingressClass } : {}) } }
  return routes
}

/** What of the routes is not as the file says. A route to a service that only comes with this file is planned when it is its turn. */
export async function routeSteps(given: Given, place: Place, routes: RoutesFile): Promise<Step[]> {
  if (Object.keys(routes).length === 0) return []
  const shown = await inForce(given, place)
  const steps: Step[] = []
  for (const [host, stages] of Object.entries(routes))
    for (const environment of environments) {
      const wanted = stages[environment]
      const now = shown.find((one) => one.host === host && one.environment === environment)
      if (!wanted) continue
      const ingressClass = wanted.ingressClass ?? now?.ingressClass ?? null
      if (now && isDeepStrictEqual([now.rules, tlsOf(now.tls), now.ingressClass], [wanted.rules, wanted.tls, ingressClass])) continue
      const tls = typeof wanted.tls === 'string' ? { kind: wanted.tls } : { kind: 'issuer', issuer: wanted.tls.issuer }
      const content = { rules: wanted.rules, tls, ingressClass }
      const at = `${place.path}/routes/${environment}/${encodeURIComponent(host)}`
      const ask = now
        ? { path: at, body: content, method: 'PUT' as const }
        : { path: `${place.path}/routes`, body: { host, environment, ...content }, method: 'POST' as const }
      const preview = await previewOf(given.client, ask).catch(laterOn)
      if (preview === null) continue
      steps.push({ ...ask, what: `${host}: ${now ? 'change the route' : 'route'} in ${environment}`, preview: preview ?? null })
    }
  return steps
}

/** Undefined: where it leads is not there yet. */
function laterOn(error: unknown): undefined {
  const { reason } = (error instanceof CliError ? error.details : {}) as { reason?: string }
  if (reason !== 'service_unknown') throw error
  return undefined
}
