import { setTimeout as sleep } from 'node:timers/promises'
import { type Hub, withHub } from '@/bench/hub/hub'
import { untilEnded } from '@/bench/hub/until-ended'
import { waitForQuiet } from '@/bench/machine'
import { type Ratio, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import { systemActor } from '@/lib/auth/actor'
import { runOnMachines } from '@/lib/commands/run-on-machines'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { pace } from '@/lib/pace'
import { startRedis } from '@/lib/testing/redis-server'
import type { EmulatedPlace } from './emulated-agent'
import { Swarm } from './swarm'

type Row = Record<string, number>
export type Rows = Record<string, Row[]>

const actor = systemActor('bench')
const programs = ['gateway', 'workers'] as const
const processes = 2
const patienceMs = 300_000

interface Rig {
  readonly hub: Hub
  readonly swarm: Swarm
  readonly names: readonly string[]
}

/** Thousands of agents that speak the real protocol, at the real gateway, worker, PostgreSQL and Redis. */
export async function emulated(settings: Settings): Promise<Rows> {
  const redis = await startRedis()
  try {
    const options = { programs, profile: settings.profile, redisUrl: redis.url }
    return await withHub(options, (hub) => withSwarm(hub, settings))
  } finally {
    await redis.stop()
  }
}

async function withSwarm(hub: Hub, { agents, rounds }: Settings): Promise<Rows> {
  const names = Array.from({ length: agents }, (_, i) => `emulated-${String(i).padStart(5, '0')}`)
  const places = await placesOf(hub, names)
  const swarm = await Swarm.start(processes, pace('heartbeat'))
  try {
    const rig = { hub, swarm, names }
    // The first few show what the program itself comes to hold.
    const few = places.slice(0, Math.ceil(agents / 20))
    swarm.join(few)
    await untilConnected(rig, few.length)
    await command({ ...rig, names: names.slice(0, few.length) })
    const before = await hub.program('gateway').residentKib()
    const began = performance.now()
    swarm.join(places.slice(few.length))
    await untilConnected(rig, agents)
    const joined = { 'all join, s': (performance.now() - began) / 1000 }
    const rest = await atRest(rig, { before, more: agents - few.length })
    console.log(`  ${JSON.stringify({ ...joined, ...rest })}`)
    const rows: Rows = { 'emulated: joining': [joined], 'emulated: at rest': [rest] }
    await command(rig)
    rows['emulated: a command'] = await eachRound(rounds, () => command(rig))
    rows['emulated: gateway restarted, a command under way'] = await eachRound(Math.min(rounds, 3), () => restart(rig))
    return rows
  } finally {
    swarm.stop()
  }
}

/** A token lets no more than so many join. */
const usesOfToken = 1_000

async function placesOf(hub: Hub, names: readonly string[]): Promise<EmulatedPlace[]> {
  const ask = { pool: 'test', maxUses: usesOfToken }
  const tokens = await Promise.all(Array.from({ length: Math.ceil(names.length / usesOfToken) }, () => createJoinToken(actor, ask)))
  const hubUrl = `ws://127.0.0.1:${hub.port}/ws/agent`
  return names.map((name, i) => {
    const joinToken = tokens[Math.floor(i / usesOfToken)]?.token ?? ''
    return { name, address: `10.1.${Math.floor(i / 250)}.${i % 250}`, hubUrl, joinToken }
  })
}

async function eachRound(rounds: number, play: () => Promise<Row>): Promise<Row[]> {
  const rows: Row[] = []
  for (let round = 1; round <= rounds; round++) {
    await waitForQuiet(1, 20_000)
    rows.push(await play())
    console.log(`  ${JSON.stringify(rows.at(-1))}`)
  }
  return rows
}

/** With their facts told, so that they may be given something to do. */
async function untilConnected({ hub, swarm, names }: Rig, wanted: number, also: object = {}): Promise<void> {
  const there = { name: { startsWith: 'emulated-' }, connected: true, state: 'ready', cpuMillis: { gt: 0 } } as const
  const count = () => hub.connections.db.machine.count({ where: { ...there, ...also } })
  // Their rows are looked at only once they say so themselves.
  const isThere = async () => (await swarm.tally()).connected >= wanted && (await count()) >= wanted
  for (const end = performance.now() + patienceMs; !(await isThere()); await sleep(50)) {
    if (performance.now() > end)
      throw new Error(`${await count()} of ${names.length} agents are in.\n${JSON.stringify(await swarm.tally())}\n${hub.said()}`)
  }
}

/** What the agents cost while nothing happens. */
async function atRest({ hub }: Rig, { before, more }: { before: number; more: number }): Promise<Row> {
  await sleep(5_000)
  const gateway = hub.program('gateway')
  const resident = await gateway.residentKib()
  await endProfile(hub, 'joining')
  await hub.statements?.reset()
  const [all, own] = [hub.usedMs(), gateway.usedMs()]
  await sleep(20_000)
  await hub.statements?.write('fleet-rest')
  return {
    'gateway, KB an agent': ((resident - before) * 1.024) / more,
    'gateway, MB': resident / 1000,
    'hub, ms CPU a second': (hub.usedMs() - all) / 20,
    'gateway, ms CPU a second': (gateway.usedMs() - own) / 20,
  }
}

/** From the call of the use case to the commit that says how the last one ended. */
async function command({ hub, swarm, names }: Rig): Promise<Row> {
  const { begun } = await swarm.tally()
  await Promise.all(programs.map((program) => hub.program(program).beginProfile()))
  await hub.statements?.reset()
  const before = usage(hub, swarm)
  const began = performance.now()
  const { recordId } = await runOnMachines(actor, wish(names))
  const asked = performance.now()
  await untilEnded(hub, recordId)
  const ended = performance.now()
  const after = usage(hub, swarm)
  await hub.statements?.write('fleet-command')
  await endProfile(hub, 'command')
  await insistOnce(hub, recordId, names.length)
  const used = Object.fromEntries(Object.entries(after).map(([name, ms]) => [`CPU of ${name}, s`, (ms - (before[name] ?? 0)) / 1000]))
  return {
    'wall, s': (ended - began) / 1000,
    'request, ms': asked - began,
    ...used,
    'begun twice': (await swarm.tally()).begun - begun - names.length,
  }
}

async function endProfile(hub: Hub, name: string): Promise<void> {
  await Promise.all(programs.map((program) => hub.program(program).endProfile(name)))
}

/** Milliseconds so far. This process makes the request, as the web server does. */
function usage(hub: Hub, swarm: Swarm): Record<string, number> {
  const { user, system } = process.cpuUsage()
  const [gateway, worker] = [hub.program('gateway').usedMs(), hub.program('workers').usedMs()]
  return { request: (user + system) / 1000, gateway, worker, PostgreSQL: hub.databaseMs(), 'the agents': swarm.usedMs() }
}

const wish = (machines: readonly string[]) => ({
  machines: [...machines],
  argv: ['true'],
  // Long: on a machine with other work on it nothing here is to end by the clock.
  timeoutSeconds: 600,
  parallel: null,
  failuresAllowed: 0,
})

/** Each has one result, of its first and only attempt. */
async function insistOnce({ connections }: Hub, recordId: string, count: number): Promise<void> {
  const done = await connections.db.task.count({ where: { recordId, state: 'succeeded', attempt: 1, exitCode: 0, verb: 'run' } })
  if (done !== count) throw new Error(`${done} of ${count} have a result.`)
}

/** The gateway ends while machines are being told; the clock runs from the signal. */
async function restart(rig: Rig): Promise<Row> {
  const { hub, swarm, names } = rig
  const { begun } = await swarm.tally()
  const { recordId } = await runOnMachines(actor, wish(names))
  await untilHandedOver(hub, recordId)
  const [began, before] = [performance.now(), usage(hub, swarm)]
  const took = { back: 0, told: 0 }
  await hub.statements?.reset()
  await hub.restartGateway()
  const up = performance.now()
  await Promise.all([
    untilConnected(rig, names.length, { gatewayId: { endsWith: `:${hub.program('gateway').pid}` } }).then(
      () => (took.back = performance.now()),
    ),
    untilEnded(hub, recordId).then(() => (took.told = performance.now())),
  ])
  const after = usage(hub, swarm)
  await hub.statements?.write('fleet-restart')
  await endProfile(hub, 'restart')
  await insistOnce(hub, recordId, names.length)
  return {
    'until it answers, s': (up - began) / 1000,
    'until all are back, s': (took.back - began) / 1000,
    'until the command has ended, s': (took.told - began) / 1000,
    // The new gateway begins at none.
    'CPU of the new gateway, s': (after.gateway ?? 0) / 1000,
    'CPU of PostgreSQL, s': ((after.PostgreSQL ?? 0) - (before.PostgreSQL ?? 0)) / 1000,
    'CPU of the agents, s': ((after['the agents'] ?? 0) - (before['the agents'] ?? 0)) / 1000,
    'begun twice': (await swarm.tally()).begun - begun - names.length,
  }
}

async function untilHandedOver({ connections }: Hub, recordId: string): Promise<void> {
  const accepted = () => connections.db.task.count({ where: { recordId, acceptedAt: { not: null } } })
  for (const end = performance.now() + 30_000; (await accepted()) === 0; await sleep(5)) {
    if (performance.now() > end) throw new Error('Nobody hands the command over.')
  }
}

export function emulatedRatios(rows: Rows): Ratio[] {
  const column = (name: string, key: string) => (rows[name] ?? []).map((row) => row[key] ?? Number.NaN)
  const restarts = 'emulated: gateway restarted, a command under way'
  return [
    ratioOf('emulated agents: a command, s', column('emulated: a command', 'wall, s'), { atMost: 1 }),
    ratioOf('emulated agents: gateway, KB an agent', column('emulated: at rest', 'gateway, KB an agent'), { atMost: 25 }),
    ratioOf('emulated agents: all back after a restart, s', column(restarts, 'until all are back, s'), { atMost: 10 }),
    ratioOf('emulated agents: commands lost or begun twice', column(restarts, 'begun twice').map(Math.abs), { atMost: 0 }),
  ]
}
