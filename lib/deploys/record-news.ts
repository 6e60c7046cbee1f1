import { clock } from '@/lib/clock'
import { forgetCommands } from '@/lib/commands/desired-commands'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive } from '@/lib/events/write-event'
import { type InitItem, recordInit } from '@/lib/init/record-init'
import { appendLogs, type LogEntry } from '@/lib/logs/append-log'
import type { CallbackNews, NewsItem, PackageNews } from '@/lib/protocol/news'
import { enqueue } from '@/lib/queue/outbox'
import { observeUnits, type UnitItem } from '@/lib/services/observe-units'
import { hear } from './callback-fold'
import { hideGone } from './hide-gone'
import { earOf, heardColumns, lockRecords, saveEars } from './task-ears'

/** What one agent said and has not been told to be kept. */
export interface NewsBatch {
  readonly machineId: string
  readonly items: readonly NewsItem[]
}

interface Sorted {
  readonly callbacks: { machineId: string; callback: CallbackNews }[]
  readonly units: UnitItem[]
  readonly packages: { machineId: string; news: PackageNews }[]
  readonly inits: InitItem[]
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
    const { callbacks, units, packages, inits } = sort(batches, last)
    const touched = await hearCallbacks(tx, callbacks)
    for (const recordId of await observeUnits(tx, units)) touched.add(recordId)
    for (const recordId of await notePackages(tx, packages)) touched.add(recordId)
    await noteHeard(tx, last)
    await recordInit(tx, inits)
    for (const recordId of touched) await enqueue(tx, 'deploy.advance', { recordId })
    return last
  })
}

/** What is new, by kind; `last` comes to be the number up to which each machine was heard. */
function sort(batches: readonly NewsBatch[], last: Map<string, number>): Sorted {
  const sorted: Sorted = { callbacks: [], units: [], packages: [], inits: [] }
  for (const { machineId, items } of batches) {
    const known = last.get(machineId)
    if (known === undefined) continue
    let upTo = known
    for (const item of items) {
      if (item.seq <= known) continue
      upTo = Math.max(upTo, item.seq)
      if ('callback' in item) sorted.callbacks.push({ machineId, callback: item.callback })
      else if ('unit' in item) sorted.units.push({ machineId, seq: item.seq, news: item.unit })
      else if ('package' in item) sorted.packages.push({ machineId, news: item.package })
      else if ('init' in item) sorted.inits.push({ machineId, news: item.init })
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
  await lockRecords(
    tx,
    callbacks.map(({ callback }) => callback.recordId),
  )
  const tasks = await tx.task.findMany({
    where: { id: { in: [...new Set(callbacks.map(({ callback }) => callback.taskId))] } },
    select: heardColumns,
  })
  const ears = new Map(tasks.map((task) => [task.id, { recordId: task.recordId, machineId: task.machineId, ear: earOf(task) }]))
  const logs = new Map<string, LogEntry[]>()
  const gone = new Set<string>()
  for (const { machineId, callback } of callbacks) {
    const found = ears.get(callback.taskId)
    if (!found || found.machineId !== machineId || found.recordId !== callback.recordId) continue
    const lines = logs.get(callback.recordId) ?? []
    logs.set(callback.recordId, lines)
    hearInOrder(found.ear, callback, lines)
    if (callback.done || callback.delete) wake.add(callback.recordId)
    if (callback.delete) gone.add(callback.recordId)
  }
  await appendLogs(tx, logs)
  for (const recordId of logs.keys()) tellLive(tx, [`record:${recordId}`], 'deploy.log')
  await saveEars(
    tx,
    [...ears.values()].map(({ ear }) => ear),
  )
  const commands = new Set(tasks.filter((task) => task.verb === 'run').map((task) => task.id))
  await forgetCommands(
    tx,
    callbacks
      .filter(({ callback }) => callback.done && commands.has(callback.taskId))
      .map(({ machineId, callback }) => ({ machineId, taskId: callback.taskId })),
  )
  for (const recordId of gone) await hideGone(tx, await tx.deployRecord.findUniqueOrThrow({ where: { id: recordId } }))
  return wake
}

/** An agent's news arrives in its order or not at all, so a gap means that its disk lost something: said, then passed. */
function hearInOrder(ear: Parameters<typeof hear>[0], callback: CallbackNews, lines: LogEntry[]): void {
  const now = clock.now()
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
