import { keepOutputs } from '@/lib/commands/keep-outputs'
import type { Tx } from '@/lib/db/client'
import { Prisma, type Task } from '@/lib/db/generated/client'
import type { TaskEar } from './callback-fold'
import { isTaskEnded } from './task-lifecycle'

/** What an ear is made of, and whose it is. */
export const heardColumns = {
  id: true,
  recordId: true,
  machineId: true,
  verb: true,
  attempt: true,
  state: true,
  lastSeq: true,
  doneAt: true,
  doneOk: true,
  doneCode: true,
  doneMessage: true,
  goneAt: true,
  step: true,
} as const satisfies Prisma.TaskSelect

export const earOf = (task: Pick<Task, Exclude<keyof typeof heardColumns, 'recordId' | 'machineId' | 'verb'>>): TaskEar => ({
  id: task.id,
  attempt: task.attempt,
  ended: isTaskEnded(task.state),
  lastSeq: task.lastSeq,
  doneAt: task.doneAt,
  doneOk: task.doneOk,
  doneCode: task.doneCode,
  doneMessage: task.doneMessage,
  goneAt: task.goneAt,
  step: task.step,
  result: null,
  changed: false,
})

/** Writes back what was heard. The caller holds the records' locks. */
export async function saveEars(tx: Tx, ears: Iterable<TaskEar>): Promise<void> {
  const changed = [...ears].filter((ear) => ear.changed)
  if (changed.length === 0) return
  const digestOf = await keepOutputs(
    tx,
    changed.flatMap(({ result }) => result ?? []),
  )
  const rows = changed.map(({ result, ...ear }) => ({
    ...ear,
    doneMessage: ear.doneMessage?.slice(0, 2000) ?? null,
    exitCode: result?.exitCode,
    outputBytes: result?.outputBytes,
    outputDigest: result ? digestOf.get(result.output) : undefined,
  }))
  await tx.$executeRaw`
    update "Task" t set "lastSeq" = e."lastSeq", "doneAt" = e."doneAt", "doneOk" = e."doneOk", "doneCode" = e."doneCode",
      "doneMessage" = e."doneMessage", "goneAt" = e."goneAt", step = e.step, "exitCode" = coalesce(e."exitCode", t."exitCode"),
      "outputDigest" = coalesce(e."outputDigest", t."outputDigest"), "outputBytes" = coalesce(e."outputBytes", t."outputBytes")
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as e(id text, attempt int, "lastSeq" int, "doneAt" timestamp, "doneOk" boolean, "doneCode" text, "doneMessage" text, "goneAt" timestamp, step jsonb,
        "exitCode" int, "outputDigest" text, "outputBytes" int)
    where t.id = e.id and t.attempt = e.attempt`
}

/** Records in id order, so that two senders never wait for each other. */
export async function lockRecords(tx: Tx, recordIds: readonly string[]): Promise<void> {
  const ids = [...new Set(recordIds)].sort()
  if (ids.length > 0) await tx.$queryRaw(Prisma.sql`select 1 from "DeployRecord" where id = any(${ids}) order by id for update`)
}
