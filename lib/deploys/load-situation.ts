import { clock } from '@/lib/clock'
import { isCopy } from '@/lib/copies/copy-verbs'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Prisma, Task } from '@/lib/db/generated/client'
import { listeningSince } from '@/lib/machines/listening-since'
import { pace } from '@/lib/pace'
import { stillKnown } from '@/lib/relations/unit-relations'
import { ExpectationSchema, type Situation, type TaskFacts } from './engine/situation'
import { workloadsOf } from './load-workloads'
import { isOfStage } from './stage-record'

const factsOf = (task: FactRow): TaskFacts => ({ ...task, expect: ExpectationSchema.parse(task.expect) })

const factColumns = {
  id: true,
  index: true,
  targetId: true,
  verb: true,
  unitId: true,
  machineId: true,
  dependsOn: true,
  expect: true,
  disruptive: true,
  failureAllowed: true,
  state: true,
  code: true,
  attempt: true,
  maxAttempts: true,
  owner: true,
  heartbeatAt: true,
  acceptedAt: true,
  deadlineAt: true,
  doneAt: true,
  doneOk: true,
  doneCode: true,
  doneMessage: true,
  goneAt: true,
  endedAt: true,
} as const satisfies Prisma.TaskSelect
type FactRow = Pick<Task, keyof typeof factColumns>

const loadTasks = (tx: Tx, recordId: string): Promise<FactRow[]> =>
  tx.task.findMany({ where: { recordId }, select: factColumns, orderBy: { index: 'asc' } })

/** Reads what `decide` looks at. The caller holds the stage's lock, so nobody else of this stage decides meanwhile. */
export async function loadSituation(tx: Tx, record: DeployRecord): Promise<Situation> {
  if (!isOfStage(record)) return situationOfFree(tx, record)
  const rows = await loadTasks(tx, record.id)
  const units = await tx.unit.findMany({
    where: { stageId: record.stageId, removedAt: null },
    select: {
      id: true,
      state: true,
      stateSince: true,
      contentDigest: true,
      releaseId: true,
      code: true,
      message: true,
      relationsDigest: true,
    },
  })
  const locks = await tx.unitLock.findMany({ where: { unitId: { in: units.map((unit) => unit.id) }, recordId: { not: record.id } } })
  const disturbed = await tx.task.findMany({
    where: {
      unitId: { in: units.map((unit) => unit.id) },
      recordId: { not: record.id },
      state: { in: ['ready', 'running'] },
      disruptive: true,
    },
    select: { unitId: true },
  })
  const told = await toldRelations(tx, rows)
  return {
    now: clock.now(),
    record: recordFacts(record),
    tasks: rows.map(factsOf),
    units: new Map(
      units.map((unit) => [
        unit.id,
        { ...unit, hasServed: unit.releaseId !== null, told: told.get(unit.id) ?? null, related: unit.relationsDigest },
      ]),
    ),
    // Until its withdrawal is committed and told, a unit counts as known.
    isStillKnown: !rows.some((task) => task.verb === 'withdraw' && task.state === 'running') || (await stillKnown(tx, record.stageId)),
    heldByOthers: new Map(locks.map((lock) => [lock.unitId, lock.recordId])),
    disturbedByOthers: new Set(disturbed.flatMap((task) => (task.unitId ? [task.unitId] : []))),
    ...(await workloadsOf(tx, record.id, rows)),
    copies: await copiesOf(tx, record, rows),
    cachedPackages: await cachedPackages(tx, rows),
    fullMachines: await fullMachines(tx, rows),
    ownerLostMs: pace('ownerLost'),
    idleSince: latest(
      lastMove(record, rows),
      ...units.filter((unit) => unit.state !== 'running').map((unit) => unit.stateSince),
      await listeningSince(tx),
    ),
    limitPatienceMs: pace('cancelGiveUp'),
  }
}

const recordFacts = ({ id, state, stageId, maxUnavailable, parallel, failuresAllowed }: DeployRecord): Situation['record'] => ({
  id,
  isFree: stageId === null,
  state,
  maxUnavailable,
  parallel,
  failuresAllowed,
})

/** A record without a stage has only its tasks: no unit is in its way, and it takes none away. */
async function situationOfFree(tx: Tx, record: DeployRecord): Promise<Situation> {
  const { tasks, lastEnd } = await tasksOfFree(tx, record.id)
  return {
    now: clock.now(),
    record: recordFacts(record),
    tasks,
    units: new Map(),
    isStillKnown: false,
    heldByOthers: new Map(),
    disturbedByOthers: new Set(),
    workloads: new Map(),
    silentTargets: new Set(),
    copies: new Map(),
    cachedPackages: new Set(),
    fullMachines: await fullMachines(tx, tasks),
    ownerLostMs: pace('ownerLost'),
    idleSince: latest(record.stateSince, lastEnd),
    limitPatienceMs: pace('cancelGiveUp'),
  }
}

type OpenTask = Pick<TaskFacts, 'id' | 'index' | 'targetId' | 'verb' | 'unitId' | 'machineId' | 'dependsOn' | 'state'> &
  Pick<TaskFacts, 'code' | 'attempt' | 'maxAttempts' | 'heartbeatAt' | 'acceptedAt' | 'deadlineAt'> &
  Pick<TaskFacts, 'doneAt' | 'doneOk' | 'doneCode' | 'doneMessage' | 'goneAt'>
type EndedAlike = Pick<TaskFacts, 'targetId' | 'state' | 'code'> & { readonly indexes: string; readonly lastEnd: Date | null }

const ofCommand = { expect: { kind: 'none' }, disruptive: false, failureAllowed: false, owner: null } as const
const over: Omit<TaskFacts, 'id' | 'index' | 'targetId' | 'state' | 'code'> = {
  ...ofCommand,
  verb: 'run',
  unitId: null,
  machineId: null,
  dependsOn: [],
  attempt: 1,
  maxAttempts: 1,
  heartbeatAt: null,
  acceptedAt: null,
  deadlineAt: null,
  doneAt: null,
  doneOk: null,
  doneCode: null,
  doneMessage: null,
  goneAt: null,
}

/** There may be thousands: those that go on as they are, and of those that have ended how many ended how. */
async function tasksOfFree(tx: Tx, recordId: string): Promise<{ tasks: TaskFacts[]; lastEnd: Date | null }> {
  const open = await openTasks(tx, recordId)
  const ended = await tx.$queryRaw<EndedAlike[]>`
    select "targetId", state::text as state, code, string_agg(index::text, ',') as indexes, max("endedAt") as "lastEnd"
    from "Task" where "recordId" = ${recordId} and state not in ('pending', 'ready', 'running') group by 1, 2, 3`
  const tasks = open.map((task): TaskFacts => Object.assign(task, ofCommand))
  for (const { indexes, lastEnd: _, ...alike } of ended)
    for (const index of indexes.split(',')) tasks.push({ ...over, ...alike, id: `ended-${index}`, index: Number(index) })
  return { tasks: tasks.sort((a, b) => a.index - b.index), lastEnd: latest(...ended.map(({ lastEnd }) => lastEnd)) }
}

const timesOfTask = ['heartbeatAt', 'acceptedAt', 'deadlineAt', 'doneAt', 'goneAt'] as const

/** As one text, which costs a tenth of as many rows. */
async function openTasks(tx: Tx, recordId: string): Promise<OpenTask[]> {
  const [row] = await tx.$queryRaw<{ tasks: string | null }[]>`
    select json_agg(t)::text as tasks from (
      select id, index, "targetId", verb, "unitId", "machineId", "dependsOn", state, code, attempt, "maxAttempts", "heartbeatAt",
        "acceptedAt", "deadlineAt", "doneAt", "doneOk", "doneCode", "doneMessage", "goneAt"
      from "Task" where "recordId" = ${recordId} and state in ('pending', 'ready', 'running')) t`
  const tasks = JSON.parse(row?.tasks ?? '[]') as OpenTask[]
  // Columns have no zone, and are UTC.
  for (const task of tasks) for (const name of timesOfTask) if (task[name]) Object.assign(task, { [name]: new Date(`${task[name]}Z`) })
  return tasks
}

const latest = (...times: readonly (Date | null)[]): Date => new Date(Math.max(0, ...times.map((time) => time?.getTime() ?? 0)))

const lastMove = (record: DeployRecord, tasks: readonly FactRow[]): Date => latest(record.stateSince, ...tasks.map((task) => task.endedAt))

/** What units were told of others, where a task waits for it. */
async function toldRelations(tx: Tx, tasks: readonly FactRow[]): Promise<Map<string, string | null>> {
  const waiting = tasks.filter((task) => task.verb === 'relate' && task.state === 'running' && task.unitId && task.machineId)
  if (waiting.length === 0) return new Map()
  const rows = await tx.desiredUnit.findMany({
    where: { OR: waiting.map((task) => ({ unitId: task.unitId as string, machineId: task.machineId as string })) },
    select: { unitId: true, relationsDigest: true },
  })
  return new Map(rows.map((row) => [row.unitId, row.relationsDigest]))
}

async function copiesOf(tx: Tx, { id }: DeployRecord, tasks: readonly FactRow[]): Promise<Situation['copies']> {
  if (!tasks.some(isCopy)) return new Map()
  const rows = await tx.dataCopy.findMany({ where: { recordId: id }, select: { unitId: true, packedAt: true, verifiedAt: true } })
  return new Map(rows.map((row) => [row.unitId, { packed: row.packedAt !== null, verified: row.verifiedAt !== null }]))
}

/** A machine whose disk is full may not even keep what went wrong there; asked only where something is late. */
async function fullMachines(tx: Tx, tasks: readonly Pick<Task, 'state' | 'deadlineAt' | 'machineId'>[]): Promise<Set<string>> {
  const late = tasks.filter((task) => task.state === 'running' && task.deadlineAt && task.deadlineAt <= clock.now())
  const machineIds = [...new Set(late.flatMap((task) => task.machineId ?? []))]
  if (machineIds.length === 0) return new Set()
  const signals = await tx.machineSignal.findMany({ where: { machineId: { in: machineIds }, signal: 'disk_full', easedAt: null } })
  return new Set(signals.map((signal) => signal.machineId))
}

async function cachedPackages(tx: Tx, tasks: readonly FactRow[]): Promise<Set<string>> {
  const machineIds = [...new Set(tasks.filter((task) => task.verb === 'fetch').flatMap((task) => task.machineId ?? []))]
  if (machineIds.length === 0) return new Set()
  const cached = await tx.desiredPackage.findMany({
    where: { machineId: { in: machineIds }, cachedAt: { not: null } },
    select: { machineId: true, digest: true },
  })
  return new Set(cached.map((row) => `${row.machineId} ${row.digest}`))
}
