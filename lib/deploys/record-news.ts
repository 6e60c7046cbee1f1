import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive } from '@/lib/events/write-event'
import { appendLog, type LogEntry } from '@/lib/logs/append-log'
import type { CallbackNews, NewsItem, PackageNews, UnitNews } from '@/lib/protocol/news'
import { enqueue } from '@/lib/queue/outbox'
import { observeUnits } from '@/lib/services/observe-units'
import { hear } from './callback-fold'
import { hideGone } from './hide-gone'
import { earOf, lockRecords, saveEars } from './task-ears'

interface Sorted {
  readonly callbacks: CallbackNews[]
  readonly units: { seq: number; news: UnitNews }[]
  readonly packages: PackageNews[]
}

/**
 * A batch of an agent's news in one transaction: log lines, ends of tasks, states of units, packages in its cache. Returns
 * the sequence to acknowledge. News that was committed before is passed over, so a batch may come twice.
 */
export async function recordNews(machineId: string, items: readonly NewsItem[]): Promise<number> {
  return transaction(async (tx) => {
    const [machine] = await tx.$queryRaw<{ newsSeq: bigint }[]>`select "newsSeq" from "Machine" where id = ${machineId}`
    if (!machine) return 0
    const fresh = items.filter((item) => BigInt(item.seq) > machine.newsSeq)
    const last = Math.max(Number(machine.newsSeq), ...fresh.map((item) => item.seq))
    const { callbacks, units, packages } = sort(fresh)
    const touched = await hearCallbacks(tx, machineId, callbacks)
    for (const recordId of await observeUnits(tx, machineId, units)) touched.add(recordId)
    for (const recordId of await notePackages(tx, machineId, packages)) touched.add(recordId)
    await tx.$executeRaw`update "Machine" set "newsSeq" = greatest("newsSeq", ${last}), "heardAt" = ${clock.now()}::timestamp where id = ${machineId}`
    for (const recordId of touched) await enqueue(tx, 'deploy.advance', { recordId })
    return last
  })
}

function sort(items: readonly NewsItem[]): Sorted {
  const sorted: Sorted = { callbacks: [], units: [], packages: [] }
  for (const item of items) {
    if ('callback' in item) sorted.callbacks.push(item.callback)
    else if ('unit' in item) sorted.units.push({ seq: item.seq, news: item.unit })
    else if ('package' in item) sorted.packages.push(item.package)
  }
  return sorted
}

/** An agent may speak only about tasks on its own machine; anything else is passed over in silence. */
async function hearCallbacks(tx: Tx, machineId: string, callbacks: readonly CallbackNews[]): Promise<Set<string>> {
  const wake = new Set<string>()
  if (callbacks.length === 0) return wake
  await lockRecords(
    tx,
    callbacks.map((callback) => callback.recordId),
  )
  const tasks = await tx.task.findMany({ where: { id: { in: [...new Set(callbacks.map((callback) => callback.taskId))] }, machineId } })
  const ears = new Map(tasks.map((task) => [task.id, { recordId: task.recordId, ear: earOf(task) }]))
  const logs = new Map<string, LogEntry[]>()
  const gone = new Set<string>()
  for (const callback of callbacks) {
    const found = ears.get(callback.taskId)
    if (!found || found.recordId !== callback.recordId) continue
    const lines = logs.get(callback.recordId) ?? []
    logs.set(callback.recordId, lines)
    hearInOrder(found.ear, callback, lines)
    if (callback.done || callback.delete) wake.add(callback.recordId)
    if (callback.delete) gone.add(callback.recordId)
  }
  for (const [recordId, lines] of [...logs].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await appendLog(tx, recordId, lines)
    tellLive(tx, [`record:${recordId}`], 'deploy.log')
  }
  await saveEars(
    tx,
    [...ears.values()].map(({ ear }) => ear),
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

async function notePackages(tx: Tx, machineId: string, packages: readonly PackageNews[]): Promise<string[]> {
  const cached = packages.filter((one) => one.state === 'cached').map((one) => one.digest)
  if (cached.length === 0) return []
  await tx.desiredPackage.updateMany({ where: { machineId, digest: { in: cached }, cachedAt: null }, data: { cachedAt: clock.now() } })
  const waiting = await tx.desiredPackage.findMany({ where: { machineId, digest: { in: cached } }, select: { causeRecordId: true } })
  const live = await tx.deployRecord.findMany({
    where: { id: { in: [...new Set(waiting.map((row) => row.causeRecordId))] }, state: { in: ['running', 'paused', 'cancelling'] } },
    select: { id: true },
  })
  return live.map((record) => record.id)
}
