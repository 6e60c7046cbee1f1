import type { Tx } from '@/lib/db/client'
import type { TaskMove } from '@/lib/deploys/engine/decide'
import { raiseRevisions, wakeMachines } from '@/lib/machines/set-desired'

/**
 * Hands commands to their machines, in the transaction that says that they run: whoever dies afterwards, a command was either
 * handed over or was not, and is not handed over twice.
 */
export async function handOverCommands(tx: Tx, moves: readonly TaskMove[]): Promise<void> {
  const tasks = moves.filter(({ event }) => event === 'hand_over').map(({ task }) => task)
  if (tasks.length === 0) return
  const machineIds = [...new Set(tasks.flatMap((task) => task.machineId ?? []))].sort()
  await tx.$executeRaw`
    with touched as (select id from "Machine" where id = any(${machineIds}) order by id for update),
      raised as (update "Machine" m set revision = m.revision + 1 from touched where m.id = touched.id returning m.id, m.revision)
    insert into "DesiredCommand" ("machineId", "taskId", "recordId", attempt, "unitId", "contentDigest", revision)
    select t."machineId", t.id, t."recordId", t.attempt, t."unitId", t."contentDigest", m.revision
    from "Task" t join raised m on m.id = t."machineId" where t.id = any(${tasks.map((task) => task.id)}) and t.state = 'running'
    on conflict do nothing`
  wakeMachines(tx, machineIds)
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
