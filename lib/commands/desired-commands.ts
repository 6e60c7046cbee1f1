import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { TaskMove } from '@/lib/deploys/engine/decide'
import type { TaskOrder } from '@/lib/drivers/driver'
import { raiseRevisions, wakeMachines } from '@/lib/machines/set-desired'

/**
 * Hands commands to their machines. They are accepted in the same transaction: whoever dies afterwards, a command was either
 * handed over or was not, and is not handed over twice.
 */
export async function setCommands(tx: Tx, orders: readonly TaskOrder[]): Promise<void> {
  if (orders.length === 0) return
  const machineIds = [...new Set(orders.flatMap((order) => order.machineId ?? []))].sort()
  await raiseRevisions(tx, machineIds)
  const rows = orders.map(({ machineId, taskId, recordId, attempt, unitId, contentDigest }) => ({
    machineId,
    taskId,
    recordId,
    attempt,
    unitId,
    contentDigest,
  }))
  await tx.$executeRaw`
    insert into "DesiredCommand" ("machineId", "taskId", "recordId", attempt, "unitId", "contentDigest", revision)
    select n."machineId", n."taskId", n."recordId", n.attempt, n."unitId", n."contentDigest", m.revision
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n("machineId" text, "taskId" text, "recordId" text, attempt int, "unitId" text, "contentDigest" text)
    join "Machine" m on m.id = n."machineId"
    on conflict do nothing`
  await accept(tx, orders)
  wakeMachines(tx, machineIds)
}

async function accept(tx: Tx, orders: readonly TaskOrder[]): Promise<void> {
  const now = clock.now()
  await tx.$executeRaw`
    update "Task" t set owner = 'target:' || t."machineId", "acceptedAt" = ${now}::timestamp, "heartbeatAt" = ${now}::timestamp
    from unnest(${orders.map((order) => order.taskId)}::text[], ${orders.map((order) => order.attempt)}::int[]) as o(id, attempt)
    where t.id = o.id and t.attempt = o.attempt and t.state = 'running'`
}

/** Of these tasks: ended where they run, and not begun where their machine has not heard of them yet. */
export const stopCommands = (tx: Tx, taskIds: readonly string[]): Promise<void> =>
  taskIds.length === 0 ? Promise.resolve() : stop(tx, { taskId: { in: [...taskIds] } })

/** What the engine has given up waiting for must not begin any more. */
export const withdrawCommands = (tx: Tx, moves: readonly TaskMove[]): Promise<void> =>
  stopCommands(
    tx,
    moves
      .filter(({ event, task }) => ['fail', 'skip', 'cancel'].includes(event) && task.acceptedAt && !task.doneAt)
      .map(({ task }) => task.id),
  )

/** Nothing of a record that has ended goes on. */
export const endCommands = (tx: Tx, recordId: string): Promise<void> => stop(tx, { recordId })

async function stop(tx: Tx, which: { taskId: { in: string[] } } | { recordId: string }): Promise<void> {
  const rows = await tx.desiredCommand.findMany({ where: { ...which, isStopped: false }, select: { machineId: true, taskId: true } })
  if (rows.length === 0) return
  const machineIds = [...new Set(rows.map((row) => row.machineId))].sort()
  await raiseRevisions(tx, machineIds)
  await tx.$executeRaw`
    update "DesiredCommand" d set "isStopped" = true, revision = m.revision
    from unnest(${rows.map((row) => row.machineId)}::text[], ${rows.map((row) => row.taskId)}::text[]) as n(machine, task)
    join "Machine" m on m.id = n.machine
    where d."machineId" = n.machine and d."taskId" = n.task`
  wakeMachines(tx, machineIds)
}

/** Their machines have said how they ended: they need not hear of them again. */
export async function forgetCommands(tx: Tx, done: readonly { machineId: string; taskId: string }[]): Promise<void> {
  if (done.length === 0) return
  await tx.$executeRaw`
    delete from "DesiredCommand" d using unnest(${done.map((one) => one.machineId)}::text[], ${done.map((one) => one.taskId)}::text[]) as n(machine, task)
    where d."machineId" = n.machine and d."taskId" = n.task`
}
