import { setTimeout as sleep } from 'node:timers/promises'
import { type Hub, withHub } from '@/bench/hub/hub'
import { type Result, ratioOf } from '@/bench/report'
import type { Settings } from '@/bench/settings'
import type { PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { createService } from '@/lib/deploys/create-service'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { type JobName, jobs } from '@/lib/queue/jobs'
import { processors } from '@/workers/processors'
import { addMachines, copyService, publish } from './rows'
import { Agents } from './say'

type Row = Record<string, number>

const sizes = [50, 500] as const
const place = { organization: 'harbor', application: 'shop' } as const
const hand = { workerId: 'bench', signal: new AbortController().signal }

/** One unit more at a provider of many: each consumer has to be told once, and nobody else anything. */
export async function relations({ rounds, profile }: Settings): Promise<Result> {
  const rows = await withHub({ programs: [], profile, counts: true }, (hub) => play(hub, rounds))
  const column = (size: number, key: string) => (rows[`${size} consumers`] ?? []).map((row) => row[key] ?? Number.NaN)
  const growth = (key: string) => column(sizes[1], key).map((value, i) => value / (column(sizes[0], key)[i] ?? Number.NaN))
  return {
    bench: 'relations',
    method: [
      'A provider is scaled up by one unit. Its consumers are services of one unit each; beside them stand as many that have no part in it.',
      'Counted is all that happens until everybody has confirmed: jobs, records, units told, statements (pg_stat_statements), time of one process that does all of it, 16 jobs at once as a worker does.',
      'The agents of all machines are played here: what is wanted is so at once, and said in the words of the protocol.',
    ],
    settings: { sizes, rounds },
    rounds: rows,
    ratios: [
      ratioOf('units told that are neither a consumer nor new', column(sizes[1], 'others told'), { atMost: 0 }),
      ratioOf('consumers told more than once', column(sizes[1], 'told again'), { atMost: 0 }),
      ratioOf('statements a consumer: of 500 ÷ of 50', growth('statements a consumer'), { atMost: 1.2 }),
      ratioOf('time a consumer: of 500 ÷ of 50', growth('ms a consumer'), { atMost: 1.5 }),
    ],
    notes: [],
  }
}

async function play(hub: Hub, rounds: number): Promise<Record<string, Row[]>> {
  await addMachines()
  const [mei, agents] = [await hub.person('mei'), new Agents()]
  const giving = await publish('giver', 'provides: [{ name: store, interface: redis, port: http }]')
  const taking = await publish('taker', 'requires: [{ name: store, interface: redis, granularity: unit }]')
  const provider = await install(mei, agents, 'giver', giving, undefined)
  const other = await install(mei, agents, 'other-giver', giving, undefined)
  const consumer = await install(mei, agents, 'taker', taking, provider.serviceId)
  const stranger = await install(mei, agents, 'stranger', taking, other.serviceId)
  const rows: Record<string, Row[]> = {}
  let [there, count] = [1, 1]
  for (const size of sizes) {
    for (const { serviceId } of [consumer, stranger]) await copyService(hub.connections.pool, serviceId, there + 1, size)
    there = size
    rows[`${size} consumers`] = []
    for (let round = 1; round <= Math.min(rounds, 3); round++) {
      rows[`${size} consumers`]?.push(await measured(hub, mei, agents, { provider: provider.stageId, size, count: ++count }))
      console.log(`  ${JSON.stringify(rows[`${size} consumers`]?.at(-1))}`)
    }
  }
  return rows
}

interface Installed {
  readonly serviceId: string
  readonly stageId: string
}

async function install(
  mei: PersonActor,
  agents: Agents,
  name: string,
  packageVersionId: string,
  giver: string | undefined,
): Promise<Installed> {
  const { id: runtimeId } = await db.runtime.findUniqueOrThrow({ where: { name: 'test' } })
  const wish = { ...place, name, packageVersionId, runtimeId, count: 1, ...(giver ? { relations: { store: [{ serviceId: giver }] } } : {}) }
  const { serviceId, recordId } = await createService(mei, wish)
  await untilAtRest(agents)
  const { state, message } = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  if (state !== 'succeeded') throw new Error(`${name} is ${state}: ${message}`)
  return { serviceId, stageId: (await db.stage.findFirstOrThrow({ where: { serviceId } })).id }
}

async function scale(mei: PersonActor, agents: Agents, stageId: string, count: number): Promise<number> {
  const { id } = await db.placement.findFirstOrThrow({ where: { stageId } })
  await requestDeploy(mei, { stageId, kind: 'scale', counts: { [id]: count } })
  return untilAtRest(agents)
}

/** As many jobs as a worker has in hand at once. */
const atOnce = 16

/** What dispatcher, workers and agents do until nothing waits. Returns the jobs. */
async function untilAtRest(agents: Agents): Promise<number> {
  let done = 0
  for (let isBusy = true; isBusy; ) {
    for (let jobsDone = await carry(); jobsDone > 0; jobsDone = await carry()) done += jobsDone
    isBusy = await agents.work()
  }
  const open = await db.deployRecord.findMany({ where: { endedAt: null }, include: { tasks: true }, take: 1 })
  if (open[0]) {
    const { kind, serviceName, tasks } = open[0]
    throw new Error(`${kind} of ${serviceName} does not end: ${tasks.map((task) => `${task.verb} ${task.state}`).join(', ')}`)
  }
  return done
}

async function carry(): Promise<number> {
  const rows = await db.$queryRaw<{ id: bigint; job: JobName; payload: unknown }[]>`
    delete from "Outbox" where id in (select id from "Outbox" where "sentAt" is null order by id limit ${atOnce}) returning id, job, payload`
  await Promise.all(
    rows.map(({ job, payload }) => {
      const run = processors[job] as (payload: unknown, with_: typeof hand) => Promise<void>
      return run(jobs[job].parse(payload), hand)
    }),
  )
  return rows.length
}

async function measured(
  hub: Hub,
  mei: PersonActor,
  agents: Agents,
  { provider, size, count }: { provider: string; size: number; count: number },
): Promise<Row> {
  await sleep(500)
  await db.machine.updateMany({ where: { name: { startsWith: 'relations-' } }, data: { heardAt: new Date() } })
  const [records, told] = [await db.deployRecord.count(), agents.told.length]
  await hub.statements?.reset()
  const began = performance.now()
  const carried = await scale(mei, agents, provider, count)
  const tookMs = performance.now() - began
  const { calls, ms } = (await hub.statements?.total()) ?? { calls: Number.NaN, ms: Number.NaN }
  await hub.statements?.write(`relations-${size}`)
  const units = await db.unit.findMany({
    where: { stageId: { in: (await db.relation.findMany({ where: { providerStageId: provider } })).map((row) => row.consumerStageId) } },
    select: { id: true },
  })
  const consumers = new Set(units.map((unit) => unit.id))
  const mine = new Set((await db.unit.findMany({ where: { stageId: provider }, select: { id: true } })).map((unit) => unit.id))
  const heard = agents.told.slice(told).map(({ unitId }) => unitId)
  const toConsumers = heard.filter((id) => consumers.has(id))
  if (new Set(toConsumers).size !== size) throw new Error(`${new Set(toConsumers).size} of ${size} consumers were told.`)
  return {
    'consumers told': new Set(toConsumers).size,
    'told again': toConsumers.length - new Set(toConsumers).size,
    'others told': heard.filter((id) => !consumers.has(id) && !mine.has(id)).length,
    records: (await db.deployRecord.count()) - records,
    'jobs a consumer': carried / size,
    'statements a consumer': calls / size,
    'ms of PostgreSQL a consumer': ms / size,
    'ms a consumer': tookMs / size,
    'all, s': tookMs / 1000,
  }
}
