import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { signIn, takeToken } from '@/bench/hub/credentials'
import { type Hub, withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { seedRows } from '@/bench/pages/seed-rows'
import { type Result, ratioOf } from '@/bench/report'
import { needPrograms } from '@/bench/requirements'
import type { Settings } from '@/bench/settings'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { freePort } from '@/lib/testing/free-port'

/** As many as the rig of the reference has: with half of them hub and database wait for each other, and both cores rest. */
const connections = 64
const seconds = 6
/** Services there are, before, while and after the rounds. */
const sizes = { few: 10, rounds: 1_000, many: 10_000 }
/** One of those that wrk asks for, to prove what the answers are. */
const sample = { number: '3', name: 'ledger-00003' }

type Row = Record<string, number>

interface Contender {
  readonly name: string
  /** `{name}` and `{number}` of a service are filled in for each request. */
  readonly url: string
  readonly header?: Readonly<Record<string, string>>
  /** What an answer that is right contains. */
  readonly proof: string
}

/** One service with its status, asked by a program or a signed-in person through the gateway, against a bare server with one row. */
export async function api(settings: Settings): Promise<Result> {
  needPrograms('api', { wrk: 'wrk' })
  return withHub({ programs: ['gateway'], profile: settings.profile }, async (hub) => {
    await seedRows(hub.superuserUrl, { from: 0, to: sizes.few }, 10)
    const { port, child } = await startBare(hub)
    try {
      const [cookie, authorization] = await Promise.all([signIn(hub), takeToken(hub)])
      const base = `http://127.0.0.1:${hub.port}/api/v1`
      const gateway = `${base}/organizations/harbor/applications/shop/services/{name}`
      const byToken = { name: 'status, with a token', url: `${gateway}/status`, header: { authorization }, proof: `"health":` }
      const contenders: Contender[] = [
        { name: 'bare Fastify + one row', url: `http://127.0.0.1:${port}/service/bs{number}`, proof: sample.name },
        byToken,
        { name: 'status, with a session', url: `${gateway}/status`, header: { cookie }, proof: `"health":` },
        { name: 'sign-in check only', url: `${base}/me`, header: { cookie }, proof: 'Mei Lin' },
        { name: 'the whole service page', url: gateway, header: { cookie }, proof: `"placements":` },
      ]
      const growth: Row[] = [await loadWarm(byToken, sizes.few)]
      await seedRows(hub.superuserUrl, { from: sizes.few, to: sizes.rounds }, 10)
      const rounds = await playRounds(contenders, settings)
      await seedRows(hub.superuserUrl, { from: sizes.rounds, to: sizes.many }, 10)
      growth.push(await loadWarm(byToken, sizes.many))
      return resultOf(settings, rounds, growth, checkMicros(await hub.person('mei')))
    } finally {
      child.kill('SIGKILL')
    }
  })
}

/** Microseconds of one permission check: "may this person see that service?" */
function checkMicros(actor: Actor): number {
  const [grant] = actor.kind === 'person' ? actor.grants : []
  const times = 500_000
  const began = performance.now()
  for (let i = 0; i < times; i++)
    authorize(actor, 'service.see', { organizationId: grant?.organizationId ?? '', applicationId: 'a', serviceId: 's' })
  return ((performance.now() - began) / times) * 1_000
}

async function startBare(hub: Hub): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const url = process.env.DATABASE_URL ?? hub.superuserUrl
  const args = ['--import', 'tsx', path.join(import.meta.dirname, 'bare.ts'), url, String(port), '10']
  const child = spawn(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 'inherit', 'inherit'] })
  for (const end = performance.now() + 15_000; performance.now() < end; await sleep(100)) {
    const answer = await fetch(`http://127.0.0.1:${port}/service/bs3`).catch(() => undefined)
    if (answer?.ok) return { port, child }
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  throw new Error('The bare server does not answer.')
}

async function playRounds(contenders: readonly Contender[], { rounds }: Settings): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) {
    await prove(contender)
    await load(contender, 3, sizes.rounds)
  }
  for (let round = 1; round <= rounds; round++) {
    await waitForQuiet(0.4, 30_000)
    for (const contender of contenders) rows[contender.name]?.push(await load(contender, seconds, sizes.rounds))
    console.log(
      `  round ${round}: ${Object.entries(rows)
        .map(([name, list]) => `${name} ${Math.round(list.at(-1)?.['requests a second'] ?? 0)}/s`)
        .join(', ')}`,
    )
  }
  for (const contender of contenders) await prove(contender)
  return rows
}

async function loadWarm(contender: Contender, services: number): Promise<Row> {
  await load(contender, 3, services)
  await waitForQuiet(0.4, 30_000)
  return load(contender, seconds, services)
}

async function prove({ name, url: pattern, header, proof }: Contender): Promise<void> {
  const url = pattern.replace('{number}', sample.number).replace('{name}', sample.name)
  const answer = await fetch(url, { headers: { ...header } })
  const text = await answer.text()
  if (answer.status !== 200 || !text.includes(proof)) throw new Error(`${name} answers ${answer.status}: ${text.slice(0, 300)}`)
  if (!header) return
  const stranger = await fetch(url)
  if (stranger.status !== 401) throw new Error(`${name} answers ${stranger.status} to somebody unknown.`)
}

const run = promisify(execFile)

/** wrk, one thread; any answer but 2xx makes the round void. */
async function load({ name, url, header = {} }: Contender, forSeconds: number, services: number): Promise<Row> {
  const headers = Object.entries(header).flatMap(([key, value]) => ['-H', `${key}: ${value}`])
  const { origin, pathname } = new URL(url)
  const script = path.join(import.meta.dirname, 'any-service.lua')
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${forSeconds}s`,
    '--latency',
    ...headers,
    '-s',
    script,
    origin,
    '--',
    decodeURI(pathname),
    String(services),
  ]
  const { stdout } = await run('wrk', args)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${name} failed under load:\n${stdout}`)
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  return { 'requests a second': rate, 'p50, ms': latency(stdout, 50), 'p99, ms': latency(stdout, 99) }
}

function latency(text: string, percent: number): number {
  const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? []
  return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1)
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>, growth: readonly Row[], micros: number): Result {
  const rates = (name: string) => (rounds[name] ?? []).map((row) => row['requests a second'] ?? Number.NaN)
  const bare = rates('bare Fastify + one row')
  const share = (name: string) => rates(name).map((rate, i) => rate / (bare[i] ?? Number.NaN))
  const [few, many] = growth.map((row) => row['p99, ms'] ?? Number.NaN)
  return {
    bench: 'api',
    method: [
      `wrk with ${connections} connections for ${seconds} s on each in turn, every request for another of ${sizes.rounds.toLocaleString('en')} services; one server process each, a pool of ten connections to the same PostgreSQL; all on the same cores.`,
      'The gateway checks token or session, counts the request, reads the service with its status (units, workloads, freshness, live deploy) if the caller may, and parses what it sends; what is asked while two statements are under way goes with the next. The peer reads one row by its key.',
    ],
    settings: { connections, seconds, rounds: settings.rounds, services: sizes },
    rounds: { ...rounds, [`status, with ${sizes.few} and with ${sizes.many} services`]: growth },
    ratios: [
      ratioOf('status with a token ÷ bare', share('status, with a token'), { atLeast: 0.7 }),
      ratioOf('status with a session ÷ bare', share('status, with a session'), { atLeast: 0.7 }),
      ratioOf(`P99 with ${sizes.many} services ÷ with ${sizes.few}`, [(many ?? Number.NaN) / (few ?? Number.NaN)], { atMost: 1.3 }),
      ratioOf(
        'permission check ÷ request',
        rates('status, with a token').map((rate) => (micros * rate) / 1_000_000),
        { atMost: 0.05 },
      ),
    ],
    notes: [`A permission check takes ${micros.toFixed(2)} µs.`],
  }
}
