import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Hub, withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { seedRows } from '@/bench/pages/seed-rows'
import { type Result, ratioOf } from '@/bench/report'
import { needPrograms } from '@/bench/requirements'
import type { Settings } from '@/bench/settings'
import { hashToken, newToken } from '@/lib/ids'
import { freePort } from '@/lib/testing/free-port'

const connections = 32
const seconds = 6
/** One of the thousand that wrk asks for, to prove what the answers are. */
const sample = { number: '3', name: 'ledger-00003' }

type Row = Record<string, number>

interface Contender {
  readonly name: string
  /** `{name}` and `{number}` of a service are filled in for each request. */
  readonly url: string
  readonly cookie?: string
  /** What an answer that is right contains. */
  readonly proof: string
}

/** One service with its status, asked by a signed-in person through the gateway, against a bare server with one row. */
export async function api(settings: Settings): Promise<Result> {
  needPrograms('api', { wrk: 'wrk' })
  return withHub({ programs: ['gateway'], profile: settings.profile }, async (hub) => {
    await seedRows(hub.superuserUrl, { from: 0, to: 1_000 }, 10)
    const { port, child } = await startBare(hub)
    try {
      const cookie = await signIn(hub)
      const base = `http://127.0.0.1:${hub.port}/api/v1`
      const gateway = `${base}/organizations/harbor/applications/shop/services/{name}`
      const contenders: Contender[] = [
        { name: 'bare Fastify + one row', url: `http://127.0.0.1:${port}/service/bs{number}`, proof: sample.name },
        { name: 'status through the gateway', url: `${gateway}/status`, cookie, proof: `"health":` },
        { name: 'sign-in check only', url: `${base}/me`, cookie, proof: 'Mei Lin' },
        { name: 'the whole service page', url: gateway, cookie, proof: `"placements":` },
      ]
      return resultOf(settings, await playRounds(contenders, settings))
    } finally {
      child.kill('SIGKILL')
    }
  })
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

/** A session as next-auth makes it: the database has only the hash of what the cookie says. */
async function signIn(hub: Hub): Promise<string> {
  const token = newToken()
  const { id } = await hub.person('mei')
  const expires = new Date(Date.now() + 3_600_000)
  await hub.connections.db.session.create({ data: { userId: id, sessionToken: hashToken(token), expires } })
  return `next-auth.session-token=${token}`
}

async function playRounds(contenders: readonly Contender[], { rounds }: Settings): Promise<Record<string, Row[]>> {
  const rows: Record<string, Row[]> = Object.fromEntries(contenders.map(({ name }) => [name, []]))
  for (const contender of contenders) {
    await prove(contender)
    await load(contender, 3)
  }
  for (let round = 1; round <= rounds; round++) {
    await waitForQuiet(0.4, 30_000)
    for (const contender of contenders) rows[contender.name]?.push(await load(contender, seconds))
    console.log(
      `  round ${round}: ${Object.entries(rows)
        .map(([name, list]) => `${name} ${Math.round(list.at(-1)?.['requests a second'] ?? 0)}/s`)
        .join(', ')}`,
    )
  }
  for (const contender of contenders) await prove(contender)
  return rows
}

async function prove({ name, url: pattern, cookie, proof }: Contender): Promise<void> {
  const url = pattern.replace('{number}', sample.number).replace('{name}', sample.name)
  const answer = await fetch(url, cookie ? { headers: { cookie } } : {})
  const text = await answer.text()
  if (answer.status !== 200 || !text.includes(proof)) throw new Error(`${name} answers ${answer.status}: ${text.slice(0, 300)}`)
  if (!cookie) return
  const stranger = await fetch(url)
  if (stranger.status !== 401) throw new Error(`${name} answers ${stranger.status} to somebody without a session.`)
}

const run = promisify(execFile)

/** wrk, one thread; any answer but 2xx makes the round void. */
async function load({ name, url, cookie }: Contender, forSeconds: number): Promise<Row> {
  const header = cookie ? ['-H', `Cookie: ${cookie}`] : []
  const { origin, pathname } = new URL(url)
  const script = path.join(import.meta.dirname, 'any-service.lua')
  const args = ['-t1', `-c${connections}`, `-d${forSeconds}s`, '--latency', ...header, '-s', script, origin, '--', decodeURI(pathname)]
  const { stdout } = await run('wrk', args)
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`${name} failed under load:\n${stdout}`)
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  return { 'requests a second': rate, 'p50, ms': latency(stdout, 50), 'p99, ms': latency(stdout, 99) }
}

function latency(text: string, percent: number): number {
  const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? []
  return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1)
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const rates = (name: string) => (rounds[name] ?? []).map((row) => row['requests a second'] ?? Number.NaN)
  const bare = rates('bare Fastify + one row')
  const share = (name: string) => rates(name).map((rate, i) => rate / (bare[i] ?? Number.NaN))
  return {
    bench: 'api',
    method: [
      `wrk with ${connections} connections for ${seconds} s on each in turn, every request for another of 1,000 services; one server process each, a pool of ten connections to the same PostgreSQL; all on the same cores.`,
      'The gateway checks the session cookie, reads the service with its status (units, freshness of machines, live deploy) if the person may, and parses what it sends; asks of one turn of its event loop go to the database as one statement. The peer reads one row by its key.',
    ],
    settings: { connections, seconds, rounds: settings.rounds },
    rounds,
    ratios: [ratioOf('status through the gateway ÷ bare', share('status through the gateway'), { atLeast: 0.7 })],
    notes: [],
  }
}
