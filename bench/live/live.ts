import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { usedMsOf } from '@/bench/cpu-group'
import { signIn } from '@/bench/hub/credentials'
import { type Hub, withHub } from '@/bench/hub/hub'
import { waitForQuiet } from '@/bench/machine'
import { type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { publish } from '@/lib/bus/bus'
import { freePort } from '@/lib/testing/free-port'

const streams = 2_000
const perSecond = 10
const seconds = 10
/** What one of the gateway's events takes: number, topic and what changed. */
const eventBytes = 96

type Row = Record<string, number>

/** Live news to 2,000 browsers, ten a second, beside a bare server that writes one prepared buffer. */
export async function live(settings: Settings): Promise<Result> {
  return withHub({ programs: ['gateway'], profile: settings.profile }, async (hub) => {
    const port = await freePort()
    const bare = startBare(port)
    try {
      const rounds: Record<string, Row[]> = { 'the gateway': [], 'a bare server': [] }
      for (let round = 0; round < settings.rounds; round++) {
        await waitForQuiet(0.4, 30_000)
        rounds['the gateway']?.push(await gatewayRound(hub))
        rounds['a bare server']?.push(await measure(`http://127.0.0.1:${port}/`, [], bare.pid ?? 0))
      }
      return resultOf(settings, rounds)
    } finally {
      bare.kill('SIGKILL')
    }
  })
}

function startBare(port: number): ChildProcess {
  const args = ['--import', 'tsx', path.join(import.meta.dirname, 'bare-stream.ts'), String(port), String(perSecond), String(eventBytes)]
  return spawn(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' }, stdio: 'inherit' })
}

/** News of an organisation, as a change in it is told: through the bus, from another process. */
async function gatewayRound(hub: Hub): Promise<Row> {
  const { id } = await hub.connections.db.organization.findFirstOrThrow({ where: { slug: 'harbor' } })
  const cookie = await signIn(hub)
  const program = hub.program('gateway')
  const before = await program.residentKib()
  let number = 0
  const news = setInterval(() => void publish('live', { topic: `org:${id}`, what: `bench ${++number}` }), 1_000 / perSecond)
  try {
    return await measure(`http://127.0.0.1:${hub.port}/api/v1/events`, [`cookie: ${cookie}`], program.pid, async () => ({
      'memory a stream, KiB': ((await program.residentKib()) - before) / streams,
    }))
  } finally {
    clearInterval(news)
  }
}

/** What one process spends on what is delivered. */
async function measure(url: string, headers: readonly string[], pid: number, more?: () => Promise<Row>): Promise<Row> {
  const { child, lines } = startReader(url, headers)
  try {
    await lines.next()
    await sleep(2_000)
    const [before, cpuBefore] = [await countOf(child, lines), usedMsOf(pid)]
    await sleep(seconds * 1_000)
    const [after, cpuAfter] = [await countOf(child, lines), usedMsOf(pid)]
    const delivered = after - before
    return {
      'deliveries a second': delivered / seconds,
      'deliveries a CPU second': delivered / ((cpuAfter - cpuBefore) / 1_000),
      'of what was sent': delivered / (streams * perSecond * seconds),
      ...(await more?.()),
    }
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

type Lines = AsyncIterator<string>

function startReader(url: string, headers: readonly string[]): { child: ChildProcess; lines: Lines } {
  const args = ['--import', 'tsx', path.join(import.meta.dirname, 'reader.ts'), url, String(streams), ...headers]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const reader: Interface = createInterface({ input: child.stdout })
  return { child, lines: reader[Symbol.asyncIterator]() }
}

async function countOf(child: ChildProcess, lines: Lines): Promise<number> {
  child.stdin?.write('\n')
  const { value, done } = await lines.next()
  if (done) throw new Error('The reader of streams ended.')
  return Number(value)
}

function resultOf(settings: Settings, rounds: Record<string, Row[]>): Result {
  const column = (name: string, key: string) => (rounds[name] ?? []).map((row) => row[key] ?? Number.NaN)
  const bare = column('a bare server', 'deliveries a CPU second')
  return {
    bench: 'live',
    method: [
      `${streams} event streams in one reader, ${perSecond} events a second for ${seconds} s; CPU of the server process alone.`,
      'The gateway hears each event from another process through PostgreSQL, asks again for each stream whether it may hear it, and numbers it; the bare server writes a buffer of the same length.',
    ],
    settings: { streams, perSecond, seconds, rounds: settings.rounds },
    rounds,
    ratios: [
      ratioOf(
        'deliveries a CPU second: gateway ÷ bare',
        column('the gateway', 'deliveries a CPU second').map((value, i) => value / (bare[i] ?? Number.NaN)),
        { atLeast: 0.7 },
      ),
      ratioOf('memory a stream, KiB', column('the gateway', 'memory a stream, KiB'), { atMost: 40 }),
    ],
    notes: [],
  }
}
