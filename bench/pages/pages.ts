import { type Hub, withHub } from '@/bench/hub/hub'
import { quantile, type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import type { PersonActor } from '@/lib/auth/actor'
import { type ListDeploysInput, listDeploys } from '@/lib/deploys/list-deploys'
import { type ListServicesInput, listServices } from '@/lib/services/list-services'
import { seedRows } from './seed-rows'

const sizes = [1_000, 10_000]
const deploysOfService = 10
const calls = 200

interface Page {
  readonly items: readonly unknown[]
  readonly next: string | null
}

type Row = Record<string, number>

const organization = 'harbor'

/** Questions that the pages ask, as they ask them. `after` is filled with the cursor that the first page gave. */
const serviceAsks: Record<string, Omit<ListServicesInput, 'organization'>> = {
  'services, first page': {},
  'services, Z to A': { sort: '-name' },
  'services, last changed first': { sort: '-changed' },
  'services, longest unchanged first': { sort: 'changed' },
  'services of an application': { application: 'shop' },
  'services, production': { environment: ['production'] },
  'services, name contains': { q: 'ledger-00' },
  'services, runtime test': { runtime: ['test'] },
  'services, degraded': { health: ['degraded'] },
  'services, degraded, last changed first': { health: ['degraded'], sort: '-changed' },
}
const deployAsks: Record<string, Omit<ListDeploysInput, 'organization'>> = {
  'deploys, first page': {},
  'deploys of an application': { application: 'shop' },
  'deploys, newest first': { sort: '-asked' },
  'deploys, oldest first': { sort: 'asked' },
  'deploys, open': { view: 'open' },
  'deploys, failed': { view: 'failed' },
  'deploys, mine': { view: 'mine' },
  'deploys, upgrades to test': { kind: ['upgrade'], environment: ['test'] },
  'deploys, one runtime': { runtime: 'test' },
  'deploys, name contains': { q: 'ledger-00' },
  'deploys, number': { q: '#100003' },
}

/** The two long lists as their pages call them, 200 times each, with 1,000 and then 10,000 services. */
export async function pages(settings: Settings): Promise<Result> {
  return withHub({ programs: [], profile: settings.profile }, async (hub) => {
    const rounds: Record<string, Row[]> = {}
    let from = 0
    for (const size of sizes) {
      await seedRows(hub.superuserUrl, { from, to: size }, deploysOfService)
      from = size
      await askAll(hub, size, rounds)
    }
    return resultOf(rounds)
  })
}

async function askAll(hub: Hub, size: number, rounds: Record<string, Row[]>): Promise<void> {
  const actor = await hub.person('mei')
  const ask = async (name: string, call: (cursor?: string) => Promise<Page>) => {
    const first = await call()
    if (first.items.length === 0) throw new Error(`${name} found nothing.`)
    const times = await timesOf(() => call())
    const { next } = first
    const deeper = next === null ? [] : await timesOf(() => call(next))
    const row = {
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      ...(next === null ? {} : { 'second page p95': quantile(deeper, 0.95) }),
    }
    const words = `at ${size.toLocaleString('en')}`
    const named = Object.fromEntries(Object.entries(row).map(([key, value]) => [`${key}, ms, ${words}`, value]))
    rounds[name] = [{ ...rounds[name]?.[0], ...named }]
  }
  for (const [name, input] of Object.entries(serviceAsks)) await ask(name, servicesBy(actor, input))
  for (const [name, input] of Object.entries(deployAsks)) await ask(name, deploysBy(actor, input))
}

const servicesBy = (actor: PersonActor, input: Omit<ListServicesInput, 'organization'>) => (after?: string) =>
  listServices(actor, { organization, ...input, after })
const deploysBy = (actor: PersonActor, input: Omit<ListDeploysInput, 'organization'>) => (after?: string) =>
  listDeploys(actor, { organization, ...input, after })

async function timesOf(call: () => Promise<Page>): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < calls; i++) {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  }
  return times
}

function resultOf(rounds: Record<string, Row[]>): Result {
  const [small = 0, large = 0] = sizes
  const at = (name: string, size: number) => rounds[name]?.[0]?.[`p95, ms, at ${size.toLocaleString('en')}`] ?? Number.NaN
  const names = Object.keys(rounds)
  const worst = names.reduce((one, other) => (at(other, large) > at(one, large) ? other : one))
  const first = (name: string) => ratioOf(`${name}: P95, ms`, [at(name, large)], { atMost: 200 })
  const growth = (name: string) =>
    ratioOf(`${name}: P95 at ${large} ÷ at ${small} services`, [at(name, large) / at(name, small)], { atMost: 3 })
  return {
    bench: 'pages',
    method: [
      `${large.toLocaleString('en')} services with two units each on 200 machines, ${(large * deploysOfService).toLocaleString('en')} deploys with plan, target, approval and four tasks each; all in one organisation.`,
      `Each list is called ${calls} times, one after the other, by the function that pages and API call (rights, rows, choices and gates included), 50 rows a page.`,
    ],
    settings: { sizes, deploysOfService, calls },
    rounds,
    ratios: [
      first('services, first page'),
      first('deploys, first page'),
      ratioOf(`worst of ${names.length} questions (${worst}): P95, ms`, [at(worst, large)], { atMost: 200 }),
      growth('services, first page'),
      growth('deploys, first page'),
    ],
    notes: [],
  }
}
