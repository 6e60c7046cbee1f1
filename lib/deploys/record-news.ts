import { clock } from '@/lib/clock'
import { forgetCommands } from '@/lib/commands/desired-commands'
import { keepCopiesAlive } from '@/lib/copies/keep-alive'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive } from '@/lib/events/write-event'
import { type InitItem, recordInit } from '@/lib/init/record-init'
import { type AsideItem, recordAside } from '@/lib/ledger/record-aside'
import { appendLogs, type LogEntry } from '@/lib/logs/append-log'
import type { CallbackNews, NewsItem, PackageNews } from '@/lib/protocol/news'
import { enqueue } from '@/lib/queue/outbox'
import { observeUnits, type UnitItem } from '@/lib/services/observe-units'
import { hear, type TaskEar } from './callback-fold'
import { endOfCommand } from './engine/settle-task'
import { hideGone } from './hide-gone'
import { tellTasksMoved } from './move-tasks'
import { earOf, findHeard, type HeardRecord, type HeardTask, lockRecords, saveEars } from './task-ears'
import { taskLifecycle } from './task-lifecycle'

/** What one agent said and has not been told to be kept. */
export interface NewsBatch {
  readonly machineId: string
  readonly items: readonly NewsItem[]
}

interface Sorted {
  readonly callbacks: { machineId: string; seq: number; callback: CallbackNews }[]
  readonly units: UnitItem[]
  readonly packages: { machineId: string; news: PackageNews }[]
  readonly inits: InitItem[]
  readonly asides: AsideItem[]
}

/** The news of one machine; returns the sequence to acknowledge. */
export async function recordNews(machineId: string, items: readonly NewsItem[]): Promise<number> {
  return (await recordNewsOf([{ machineId, items }])).get(machineId) ?? 0
}

/**
 * Batches of several agents in one transaction: log lines, ends of tasks, states of units, packages in caches. Returns for
 * each machine the sequence to acknowledge. News that was committed before is passed over, so a batch may come twice.
 */
export async function recordNewsOf(batches: readonly NewsBatch[]): Promise<Map<string, number>> {
  return transaction(async (tx) => {
    const ids = [...new Set(batches.map((batch) => batch.machineId))].sort()
    const machines = await tx.$queryRaw<{ id: string; newsSeq: bigint }[]>`select id, "newsSeq" from "Machine" where id = any(${ids})`
    const last = new Map(machines.map((machine) => [machine.id, Number(machine.newsSeq)]))
    const { callbacks, units, packages, inits, asides } = sort(batches, last)
    const touched = await hearCallbacks(tx, callbacks)
    for (const recordId of await observeUnits(tx, units)) touched.add(recordId)
    for (const recordId of await notePackages(tx, packages)) touched.add(recordId)
    await noteHeard(tx, last)
    await recordInit(tx, inits)
    await recordAside(tx, asides)
    for (const recordId of touched) await enqueue(tx, 'deploy.advance', { recordId })
    return last
  })
}

/** What is new, by kind; `last` comes to be the number up to which each machine was heard. */
function sort(batches: readonly NewsBatch[], last: Map<string, number>): Sorted {
  const sorted: Sorted = { callbacks: [], units: [], packages: [], inits: [], asides: [] }
  for (const { machineId, items } of batches) {
    const known = last.get(machineId)
    if (known === undefined) continue
    let upTo = known
    for (const item of items) {
      // What an agent sends again while its first sending waits comes twice in one batch.
      if (item.seq <= upTo) continue
      upTo = item.seq
      if ('callback' in item) sorted.callbacks.push({ machineId, seq: item.seq, callback: item.callback })
      else if ('unit' in item) sorted.units.push({ machineId, seq: item.seq, news: item.unit })
      else if ('package' in item) sorted.packages.push({ machineId, news: item.package })
      else if ('init' in item) sorted.inits.push({ machineId, news: item.init })
      else if ('aside' in item) sorted.asides.push({ machineId, news: item.aside })
    }
    last.set(machineId, upTo)
  }
  return sorted
}

/** Machines in id order, as everybody who locks several of them. */
async function noteHeard(tx: Tx, last: ReadonlyMap<string, number>): Promise<void> {
  const heard = [...last]
  await tx.$executeRaw`
    with heard as (
      select m.id, n.seq from "Machine" m join unnest(${heard.map(([id]) => id)}::text[], ${heard.map(([, seq]) => seq)}::bigint[]) as n(id, seq) on m.id = n.id
      order by m.id for no key update of m)
    update "Machine" m set "newsSeq" = greatest(m."newsSeq", h.seq), "heardAt" = ${clock.now()}::timestamp from heard h where m.id = h.id`
}

/** An agent may speak only about tasks on its own machine; anything else is passed over in silence. */
async function hearCallbacks(tx: Tx, callbacks: Sorted['callbacks']): Promise<Set<string>> {
  const wake = new Set<string>()
  if (callbacks.length === 0) return wake
  const records = await lockRecords(
    tx,
    callbacks.map(({ callback }) => callback.recordId),
  )
  const unheard = await withoutHeard(tx, callbacks)
  const tasks = await findHeard(
    tx,
    unheard.map(({ callback }) => callback.taskId),
  )
  const ears = new Map(tasks.map((task) => [task.id, { task, ear: earOf(task) }]))
  const logs = new Map<string, LogEntry[]>()
  const gone = new Set<string>()
  /** Whose own machine has said so. */
  const told = new Set<string>()
  for (const { machineId, callback } of unheard) {
    const found = ears.get(callback.taskId)
    if (!found || found.task.machineId !== machineId || found.task.recordId !== callback.recordId) continue
    const lines = logs.get(callback.recordId) ?? []
    logs.set(callback.recordId, lines)
    hearInOrder(found.ear, callback, lines)
    if (callback.done || callback.delete) wake.add(callback.recordId)
    if (callback.done) told.add(callback.taskId)
    if (callback.delete) gone.add(callback.recordId)
  }
  await appendLogs(tx, logs)
  for (const recordId of logs.keys()) tellLive(tx, [`record:${recordId}`], 'deploy.log')
  const commands = [...ears.values()].filter(({ task }) => task.verb === 'run')
  endCommandsHeard(commands, records)
  await saveEars(
    tx,
    [...ears.values()].map(({ ear }) => ear),
  )
  await keepCopiesAlive(tx, tasks)
  await forgetCommands(
    tx,
    commands.filter(({ task }) => told.has(task.id)).map(({ task: { id, machineId } }) => ({ machineId: machineId ?? '', taskId: id })),
  )
  for (const recordId of gone) await hideGone(tx, await tx.deployRecord.findUniqueOrThrow({ where: { id: recordId } }))
  for (const recordId of await stillBusy(tx, commands, records, gone)) wake.delete(recordId)
  return wake
}

/** Another gateway may have heard the same while we waited for the records: it came to an agent that had connected there anew. */
async function withoutHeard(tx: Tx, callbacks: Sorted['callbacks']): Promise<Sorted['callbacks']> {
  const ids = [...new Set(callbacks.map(({ machineId }) => machineId))]
  const machines = await tx.$queryRaw<{ id: string; newsSeq: bigint }[]>`select id, "newsSeq" from "Machine" where id = any(${ids})`
  const heard = new Map(machines.map((machine) => [machine.id, Number(machine.newsSeq)]))
  return callbacks.filter(({ machineId, seq }) => seq > (heard.get(machineId) ?? 0))
}

type Heard = { readonly task: HeardTask; readonly ear: TaskEar }

/** Commands that have ended by what was heard. */
function endCommandsHeard(commands: readonly Heard[], records: ReadonlyMap<string, HeardRecord>): void {
  for (const { task, ear } of commands) {
    const record = records.get(task.recordId)
    if (!record || task.state !== 'running' || !ear.changed || !ear.doneAt) continue
    const { event, code = null, message = null } = endOfCommand(ear, record)
    ear.end = { to: taskLifecycle.next(task.state, event), code, message }
  }
}

/** Records of commands of which others still run, and no further one waits: the engine would find nothing to do. */
async function stillBusy(
  tx: Tx,
  commands: readonly Heard[],
  records: ReadonlyMap<string, HeardRecord>,
  gone: ReadonlySet<string>,
): Promise<string[]> {
  const ended = [...new Set(commands.filter(({ ear }) => ear.end).map(({ task }) => task.recordId))]
  if (ended.length === 0) return []
  await tx.$executeRaw`update "DeployRecord" set revision = revision + 1 where id = any(${ended})`
  for (const id of ended) tellTasksMoved(tx, records.get(id) as HeardRecord)
  const busy = await tx.$queryRaw<{ id: string }[]>`
    select id from unnest(${ended}::text[]) as r(id)
    where exists (select 1 from "Task" t where t."recordId" = r.id and t.state = 'running')
      and not exists (select 1 from "Task" t where t."recordId" = r.id and t.state = 'pending')`
  return busy.map(({ id }) => id).filter((id) => !gone.has(id))
}

/**
 * An agent's news arrives in its order or not at all, so a gap means that its disk lost something: said, then passed. A number that the
 * task has had already, in news that is new by the machine's own count, means that the disk was set back: it counts on from there.
 */
function hearInOrder(ear: Parameters<typeof hear>[0], callback: CallbackNews, lines: LogEntry[]): void {
  const now = clock.now()
  if (callback.attempt === ear.attempt && callback.seq <= ear.lastSeq) ear.lastSeq = callback.seq - 1
  const heard = hear(ear, callback, lines, now)
  if (heard.kind !== 'gap') return
  hear(ear, { attempt: callback.attempt, seq: callback.seq - 1, hole: [heard.expected, callback.seq - 1] }, lines, now)
  hear(ear, callback, lines, now)
}

/** Returns the live records that wait for one of these packages. */
async function notePackages(tx: Tx, packages: Sorted['packages']): Promise<string[]> {
  const cached = packages.filter(({ news }) => news.state === 'cached')
  if (cached.length === 0) return []
  const ids = cached.map(({ machineId }) => machineId)
  const digests = cached.map(({ news }) => news.digest)
  await tx.$executeRaw`
    update "DesiredPackage" d set "cachedAt" = ${clock.now()}::timestamp from unnest(${ids}::text[], ${digests}::text[]) as n(id, digest)
    where d."machineId" = n.id and d.digest = n.digest and d."cachedAt" is null`
  const live = await tx.$queryRaw<{ id: string }[]>`
    select distinct r.id from unnest(${ids}::text[], ${digests}::text[]) as n(id, digest)
    join "DesiredPackage" d on d."machineId" = n.id and d.digest = n.digest
    join "DeployRecord" r on r.id = d."causeRecordId" and r.state in ('running', 'paused', 'cancelling')`
  return live.map((record) => record.id)
}
