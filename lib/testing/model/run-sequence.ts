import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { endOverdue } from '@/lib/deploys/end-overdue'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { AppError } from '@/lib/errors'
import { courierDrain } from './courier'
import { Crash, type CrashPoint } from './crash'
import { events } from './events'
import { insistAllEnded, invariants, Violation } from './invariants'
import { letWork } from './model-agent'
import { Random } from './random'
import { settleIn } from './settle-in'
import { Watcher } from './watch'
import { makeWorld, type Processors, type World } from './world'

const eventsASequence = 40

/** Event → how many times as often it happens, for who looks for something in particular. */
export type Favoured = Readonly<Record<string, number>>

/** One seed: forty random events with crashes between any two writes, every invariant after each, then everything comes to rest. */
export async function runSequence(seed: number, crash: CrashPoint, processors: Processors, favoured: Favoured = {}): Promise<World> {
  clock.reset()
  crash.disarm()
  const random = new Random(seed)
  const world = await makeWorld(random, crash, processors)
  if (random.chance(0.85)) await settleIn(world)
  const watcher = new Watcher(world)
  await watcher.look()
  try {
    for (let turn = 0; turn < eventsASequence; turn++) {
      await happen(world, favoured)
      // What wrote nothing has broken nothing.
      if (crash.takeWrites() > 0) await checkAll(world, watcher)
    }
    await comeToRest(world)
    await checkAll(world, watcher)
    await insistAllEnded(world)
  } catch (error) {
    const says = error instanceof Error ? error.message : String(error)
    const report = `seed ${seed}: ${says}\n  ${world.story.slice(-14).join('\n  ')}`
    throw error instanceof Violation ? new Violation(report) : new Error(report, { cause: error })
  }
  return world
}

async function happen(world: World, favoured: Favoured): Promise<void> {
  const { random, crash, story } = world
  const [name, step] = random.weighted(events.map(([weight, ...event]) => [weight * (favoured[event[0]] ?? 1), event] as const))
  const writes = random.chance(0.25) ? 1 + random.int(14) : 0
  if (writes > 0) crash.arm(writes)
  try {
    await step(world)
    story.push(name)
  } catch (error) {
    if (error instanceof Crash) story.push(`${name}: crashed after ${writes} writes`)
    else if (error instanceof AppError) story.push(`${name}: ${error.code}`)
    else throw error
  } finally {
    crash.disarm()
  }
}

async function checkAll(world: World, watcher: Watcher): Promise<void> {
  const watch = await watcher.look()
  const checks = invariants.map(async ([name, check]) => {
    try {
      await check(world, watch)
    } catch (error) {
      throw error instanceof Violation ? new Violation(`${name}: ${error.message}`) : error
    }
  })
  for (const check of await Promise.allSettled(checks)) if (check.status === 'rejected') throw check.reason
}

/** All agents come back and answer, time passes, sweeps look: whatever is live must end by itself. */
async function comeToRest(world: World): Promise<void> {
  const { organizationId } = world
  for (const agent of world.agents) agent.connected = true
  for (let round = 0; round < 14; round++) {
    await stirDeploys()
    await courierDrain(world)
    await letWork(world.agents, 1, 0.9)
    for (const agent of world.agents) await agent.deliver(true)
    await courierDrain(world)
    const live = await db.deployRecord.count({ where: { organizationId, endedAt: null } })
    if (live === 0) return
    clock.advance(round < 6 ? 10 * 60_000 : 30 * 3_600_000)
    await endOverdue()
  }
}
