import { applicationOf, inOrg, organizationOf } from '@/cli/api/place'
import { done, type Outcome } from '@/cli/outcome'
import { stateWord, table } from '@/cli/print'
import { type Given, text, textOf, type Verb } from '@/cli/verb'
import { environmentOf } from './service-of'

interface ServiceRow {
  readonly name: string
  readonly applicationSlug: string
  readonly environment: string
  readonly health: string
  readonly running: number
  readonly wanted: number
  readonly packageName: string
  readonly version: string | null
  readonly runtimes: readonly { readonly name: string }[]
}

/** All pages of a list: a script wants to see everything. */
export async function allOf<Row>({ client }: Given, path: string, query: Record<string, string | undefined> = {}): Promise<Row[]> {
  const items: Row[] = []
  let after: string | undefined
  do {
    const page = await client.get<{ items: Row[]; next: string | null }>(path, { ...query, limit: 200, after })
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after)
  return items
}

async function services(given: Given): Promise<Outcome> {
  const { client, settings, values } = given
  const org = await organizationOf(client, settings)
  const path = settings.application ? `${(await applicationOf(client, settings)).path}/services` : `${inOrg(org)}/services`
  const items = await allOf<ServiceRow>(given, path, { environment: environmentOf(values.env), q: textOf(values.q) })
  const rows = items.map((one) => [
    one.applicationSlug,
    one.name,
    one.environment,
    stateWord(one.health),
    `${one.running}/${one.wanted}`,
    one.packageName,
    one.version,
    one.runtimes.map((runtime) => runtime.name).join(', '),
  ])
  return done(table(['APPLICATION', 'SERVICE', 'ENVIRONMENT', 'HEALTH', 'UNITS', 'PACKAGE', 'VERSION', 'RUNTIME'], rows), items)
}

interface MachineRow {
  readonly name: string
  readonly pool: { readonly name: string }
  readonly state: string
  readonly units: number
  readonly address: string
  readonly heardAt: string | null
}

async function machines(given: Given): Promise<Outcome> {
  const items = await allOf<MachineRow>(given, '/api/v1/machines', { q: textOf(given.values.q) })
  const rows = items.map((one) => [one.name, one.pool.name, stateWord(one.state), one.units, one.address, one.heardAt])
  return done(table(['MACHINE', 'POOL', 'STATE', 'UNITS', 'ADDRESS', 'HEARD'], rows), items)
}

interface ClusterRow {
  readonly name: string
  readonly environment: string
  readonly state: string
  readonly version: string | null
  readonly readyNodes: number
  readonly nodes: number
  readonly heardAt: string | null
}

interface WorkloadRow {
  readonly service: string
  readonly subset: string
  readonly organization: { readonly slug: string }
  readonly application: { readonly slug: string }
  readonly state: string
  readonly ready: number
  readonly desired: number
  readonly release: { readonly number: number } | null
  readonly isRoute: boolean
}

/** All clusters; of a named one what lives there. */
async function clusters(given: Given): Promise<Outcome> {
  const [name] = given.args
  const q = textOf(given.values.q)
  if (name !== undefined) {
    const items = await allOf<WorkloadRow>(given, `/api/v1/clusters/${encodeURIComponent(name)}/workloads`, { q })
    const rows = items.map((one) => [
      ...[one.organization.slug, one.application.slug, one.service, one.isRoute ? 'route' : one.subset, stateWord(one.state)],
      ...[one.isRoute ? '' : `${one.ready}/${one.desired}`, one.release ? `r${one.release.number}` : ''],
    ])
    return done(table(['ORGANISATION', 'APPLICATION', 'SERVICE', 'SUBSET', 'STATE', 'PODS', 'RELEASE'], rows), items)
  }
  const { items } = await given.client.get<{ items: ClusterRow[] }>('/api/v1/clusters', { q })
  const rows = items.map((one) => [
    ...[one.name, one.environment, stateWord(one.state), one.version ?? ''],
    ...[`${one.readyNodes}/${one.nodes}`, one.heardAt],
  ])
  return done(table(['CLUSTER', 'ENVIRONMENT', 'STATE', 'VERSION', 'NODES', 'HEARD'], rows), items)
}

async function whoami({ client }: Given): Promise<Outcome> {
  const me = await client.get<{ name: string; token: { name: string; isShared: boolean } | null }>('/api/v1/me')
  return done([`${me.name} at ${client.url}${me.token ? `, by the token “${me.token.name}”` : ''}`], me)
}

export const servicesVerb: Verb = { options: { env: text, q: text }, args: [0, 0], run: services }
export const machinesVerb: Verb = { options: { q: text }, args: [0, 0], run: machines }
export const clustersVerb: Verb = { options: { q: text }, args: [0, 1], run: clusters }
export const whoamiVerb: Verb = { options: {}, args: [0, 0], run: whoami }
