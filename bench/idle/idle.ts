import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Hub, withHub } from '@/bench/hub/hub'
import { type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { systemActor } from '@/lib/auth/actor'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { agentBundle } from '@/lib/testing/agent-process'

const settleMs = 60_000
const lookMs = 60_000

type Row = Record<string, number>

/** One joined agent without units, beside a Node process that does nothing: what it takes while nothing happens. */
export async function idle({ rounds, profile }: Settings): Promise<Result> {
  const rows = await withHub({ programs: ['gateway'], profile: undefined }, (hub, folder) => look(hub, folder, { rounds, profile }))
  const column = (key: string) => rows.map((row) => row[key] ?? Number.NaN)
  return {
    bench: 'idle',
    method: [
      `An agent as it is shipped, joined to a real gateway, without units; after ${settleMs / 1000} s, for ${lookMs / 1000} s a round.`,
      'CPU: run time of all its threads. Memory: resident and proportional (shared pages divided), against `node -e` with one timer, in the same moment.',
    ],
    settings: { rounds, lookMs },
    rounds: { 'an agent at rest': rows },
    ratios: [
      ratioOf('an agent at rest: % of a core', column('CPU, % of a core'), { atMost: 0.1 }),
      ratioOf('resident memory ÷ an empty Node process', column('resident ÷ empty'), { atMost: 1.3 }),
    ],
    notes: [],
  }
}

async function look(hub: Hub, folder: string, { rounds, profile }: Pick<Settings, 'rounds' | 'profile'>): Promise<Row[]> {
  const agent = await startAgent(hub, folder, profile)
  const empty = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e8)'], { stdio: 'ignore' })
  try {
    await untilJoined(hub)
    await sleep(settleMs)
    const rows: Row[] = []
    for (let round = 1; round <= rounds; round++) rows.push(await lookOnce(agent.pid ?? 0, empty.pid ?? 0))
    return rows
  } finally {
    await end(agent)
    await end(empty)
  }
}

async function startAgent(hub: Hub, folder: string, profile: string | undefined): Promise<ChildProcess> {
  const { token } = await createJoinToken(systemActor('bench'), { pool: 'test', machineName: 'idle' })
  const home = path.join(folder, 'agent')
  mkdirSync(home, { mode: 0o755 })
  const flags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-name=agent.cpuprofile'] : []
  const args = ['--home', home, '--hub', `ws://127.0.0.1:${hub.port}/ws/agent`, '--join', token]
  return spawn(process.execPath, [...flags, await agentBundle(), ...args], {
    env: { NODE_ENV: 'production', PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function untilJoined({ connections }: Hub): Promise<void> {
  const count = () => connections.db.machine.count({ where: { name: 'idle', connected: true, cpuMillis: { gt: 0 } } })
  for (const end = performance.now() + 30_000; (await count()) === 0; await sleep(100)) {
    if (performance.now() > end) throw new Error('The agent does not join.')
  }
}

async function lookOnce(agent: number, empty: number): Promise<Row> {
  const before = runMs(agent)
  await sleep(lookMs)
  const [mine, none] = [memoryOf(agent), memoryOf(empty)]
  return {
    'CPU, % of a core': ((runMs(agent) - before) / lookMs) * 100,
    'resident, MB': mine.rss / 1000,
    'proportional, MB': mine.pss / 1000,
    'resident ÷ empty': mine.rss / none.rss,
    'proportional ÷ empty': mine.pss / none.pss,
    'empty: resident, MB': none.rss / 1000,
  }
}

/** Milliseconds that its threads have run. */
function runMs(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce(
    (total, thread) => total + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    0,
  )
}

/** In KB. */
function memoryOf(pid: number): { rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]) * 1.024
  return { rss: of('Rss'), pss: of('Pss') }
}

/** A profile is written when it ends by itself. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(late)
}
