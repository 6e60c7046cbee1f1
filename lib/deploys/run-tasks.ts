import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import type { Service, Task } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import type { TaskOrder } from '@/lib/drivers/driver'
import { appendLog, type LogEntry } from '@/lib/logs/append-log'
import { enqueue } from '@/lib/queue/outbox'
import { driverKindOf, driverOf } from './driver-of'
import { lockRecordOnly } from './lock-record'
import { callbackOf } from './record-callback'

/**
 * Hands every ready task of a record to its driver. The claim is a compare-and-set, so two workers share the tasks and
 * never take one twice; a worker that dies before the target accepted loses them to the next attempt.
 */
export async function runTasks({ recordId }: { recordId: string }, workerId: string, signal = new AbortController().signal): Promise<void> {
  const claimed = await claimTasks(recordId, workerId)
  if (claimed.length === 0) return
  for (const [kind, orders] of await ordersOf(recordId, claimed)) {
    await driverOf(kind).apply(orders, callbackOf, signal)
  }
  await acceptTasks(recordId, claimed)
}

async function claimTasks(recordId: string, workerId: string): Promise<Task[]> {
  return transaction(async (tx) => {
    const record = await lockRecordOnly(tx, recordId)
    // A command's targets are given theirs by the engine itself.
    if (record.state !== 'running' || record.stageId === null) return []
    const ready = await tx.task.findMany({ where: { recordId, state: 'ready' }, orderBy: { index: 'asc' } })
    const now = clock.now()
    await tx.$executeRaw`
      update "Task" set state = 'running', attempt = attempt + 1, owner = ${`worker:${workerId}`}, "heartbeatAt" = ${now}::timestamp,
        "acceptedAt" = null, "doneAt" = null, "doneOk" = null, "doneCode" = null, "doneMessage" = null, "lastSeq" = 0, step = null,
        "startedAt" = coalesce("startedAt", ${now}::timestamp), "deadlineAt" = ${now}::timestamp + "timeoutMs" * interval '1 millisecond'
      where id = any(${ready.map((task) => task.id)}) and state = 'ready'`
    const claimed = await tx.task.findMany({
      where: { id: { in: ready.map((task) => task.id) }, state: 'running' },
      orderBy: { index: 'asc' },
    })
    await headline(tx, record.id, claimed)
    return claimed
  })
}

/** Each attempt begins with a line of its own, so that a log read as a whole says what it is about. */
async function headline(tx: Tx, recordId: string, tasks: readonly Task[]): Promise<void> {
  const machines = await tx.machine.findMany({
    where: { id: { in: tasks.flatMap((task) => task.machineId ?? []) } },
    select: { id: true, name: true },
  })
  const nameOf = new Map(machines.map((machine) => [machine.id, machine.name]))
  const lines = tasks.map((task): LogEntry => {
    const parts = [
      `${task.verb.replaceAll('_', ' ')} ${task.unitName ?? ''}`.trim(),
      nameOf.get(task.machineId ?? ''),
      `attempt ${task.attempt}`,
    ]
    const text = parts.filter(Boolean).join(' · ')
    return {
      taskId: task.id,
      attempt: task.attempt,
      seq: 0,
      at: clock.now(),
      stream: 'section',
      text: text.charAt(0).toUpperCase() + text.slice(1),
    }
  })
  await appendLog(tx, recordId, lines)
}

/** Of whose stage a record is. */
export async function serviceOf(recordId: string): Promise<Pick<Service, 'isRoute'>> {
  const { serviceId } = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId }, select: { serviceId: true } })
  return db.service.findUniqueOrThrow({ where: { id: serviceId ?? '' }, select: { isRoute: true } })
}

async function ordersOf(recordId: string, tasks: readonly Task[]): Promise<Map<string, TaskOrder[]>> {
  const targets = await db.deployTarget.findMany({ where: { recordId }, select: { id: true, runtimeId: true, placementId: true } })
  const runtimes = await db.runtime.findMany({
    where: { id: { in: targets.map((target) => target.runtimeId) } },
    select: { id: true, kind: true, driver: true },
  })
  const service = await serviceOf(recordId)
  const units = await db.unit.findMany({
    where: { id: { in: tasks.flatMap((task) => task.unitId ?? []) } },
    select: { id: true, generation: true },
  })
  const checks = await db.task.findMany({ where: { recordId, verb: 'check' }, select: { id: true, unitId: true } })
  const generationOf = new Map(units.map((unit) => [unit.id, unit.generation]))
  const checkOf = new Map(checks.map((check) => [check.unitId, check.id]))
  const byKind = new Map<string, TaskOrder[]>()
  for (const task of tasks) {
    const target = targets.find((one) => one.id === task.targetId)
    const runtime = runtimes.find((one) => one.id === target?.runtimeId)
    const kind = runtime ? driverKindOf(runtime, service) : 'machine'
    const order: TaskOrder = {
      recordId,
      taskId: task.id,
      attempt: task.attempt,
      verb: task.verb,
      machineId: task.machineId,
      unitId: task.unitId,
      unitName: task.unitName,
      placementId: target?.placementId ?? null,
      generation: generationOf.get(task.unitId ?? '') ?? 0,
      contentDigest: task.contentDigest,
      params: task.params as Record<string, unknown>,
      checkTaskId: task.verb === 'fetch' ? null : (checkOf.get(task.unitId) ?? null),
    }
    const orders = byKind.get(kind) ?? []
    byKind.set(kind, orders)
    orders.push(order)
  }
  return byKind
}

/** From here the task belongs to its target; the worker may go. */
async function acceptTasks(recordId: string, tasks: readonly Task[]): Promise<void> {
  await transaction(async (tx) => {
    await lockRecordOnly(tx, recordId)
    const now = clock.now()
    await tx.$executeRaw`
      update "Task" t set owner = 'target:' || coalesce(t."machineId", t."targetId"), "acceptedAt" = ${now}::timestamp, "heartbeatAt" = ${now}::timestamp
      from unnest(${tasks.map((task) => task.id)}::text[], ${tasks.map((task) => task.attempt)}::int[], ${tasks.map((task) => task.owner)}::text[]) as c(id, attempt, owner)
      where t.id = c.id and t.state = 'running' and t.attempt = c.attempt and t.owner = c.owner`
    await enqueue(tx, 'deploy.advance', { recordId })
  })
}
