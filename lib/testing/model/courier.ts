import { db } from '@/lib/db/client'
import { type JobName, jobs } from '@/lib/queue/jobs'
import { Crash } from './crash'
import type { Hand, World } from './world'

interface Row {
  id: bigint
  job: JobName
  payload: unknown
}

/** The queue as the model has it: takes any waiting message, may carry it twice, and forgets nothing that was not done. */
export async function courierStep(world: World): Promise<boolean> {
  const rows = await db.$queryRaw<Row[]>`select id, job, payload from "Outbox" where "sentAt" is null order by id limit 20`
  const row = world.random.chance(0.7) ? rows[0] : world.random.pick(rows)
  if (!row) return false
  // Like the dispatcher: from here a new ask is a new message.
  await db.$executeRaw`update "Outbox" set "dedupeKey" = null where id = ${row.id}`
  const times = world.random.chance(0.15) ? 2 : 1
  for (let time = 0; time < times; time++) await carry(world, row)
  await db.$executeRaw`delete from "Outbox" where id = ${row.id}`
  return true
}

async function carry(world: World, { job, payload }: Row): Promise<void> {
  const run = world.processors[job] as (payload: unknown, hand: Hand) => Promise<void>
  await run(jobs[job].parse(payload), { workerId: 'model', signal: new AbortController().signal })
}

/** Carries until nothing waits, and says how much that was; a model that never comes to rest is a finding of its own. */
export async function courierDrain(world: World, limit = 400): Promise<number> {
  for (let turn = 0; turn < limit; turn++) {
    try {
      if (!(await courierStep(world))) return turn
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
  }
  throw new Error('The outbox never runs dry.')
}
