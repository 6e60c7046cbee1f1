import { keepOutputs } from '@/lib/commands/keep-outputs'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Task } from '@/lib/db/generated/client'
import type { TaskEar } from './callback-fold'
import { isTaskEnded } from './task-lifecycle'

/** What an ear is made of, and whose it is. */
export type HeardTask = Pick<Task, 'id' | 'recordId' | 'machineId' | 'verb' | 'attempt' | 'state' | 'lastSeq'> &
  Pick<Task, 'doneAt' | 'doneOk' | 'doneCode' | 'doneMessage' | 'goneAt' | 'step'>

/** Thousands may end at one moment, so no more of them is read than is needed. */
export const findHeard = (tx: Tx, taskIds: Iterable<string>): Promise<HeardTask[]> => tx.$queryRaw`
  select id, "recordId", "machineId", verb, attempt, state::text as state, "lastSeq", "doneAt", "doneOk", "doneCode", "doneMessage", "goneAt", step
  from "Task" where id = any(${[...new Set(taskIds)]})`

export const earOf = (task: HeardTask): TaskEar => ({
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
  end: null,
  changed: false,
})

/** Writes back what was heard, and with it what ended a command. The caller holds the records' locks. */
export async function saveEars(tx: Tx, ears: Iterable<TaskEar>): Promise<void> {
  const changed = [...ears].filter((ear) => ear.changed)
  if (changed.length === 0) return
  const digestOf = await keepOutputs(
    tx,
    changed.flatMap(({ result }) => result ?? []),
  )
  const rows = changed.map(({ result, end, ...ear }) => ({
    ...ear,
    doneMessage: ear.doneMessage?.slice(0, 2000) ?? null,
    exitCode: result?.exitCode,
    outputBytes: result?.outputBytes,
    outputDigest: result ? digestOf.get(result.output) : undefined,
    ...(end ? { ...end, message: end.message?.slice(0, 2000) ?? null } : {}),
  }))
  await tx.$executeRaw`
    update "Task" t set "lastSeq" = e."lastSeq", "doneAt" = e."doneAt", "doneOk" = e."doneOk", "doneCode" = e."doneCode",
      "doneMessage" = e."doneMessage", "goneAt" = e."goneAt", step = e.step, "exitCode" = coalesce(e."exitCode", t."exitCode"),
      "outputDigest" = coalesce(e."outputDigest", t."outputDigest"), "outputBytes" = coalesce(e."outputBytes", t."outputBytes"),
      state = coalesce(e."to"::"TaskState", t.state), code = coalesce(e.code, t.code), message = coalesce(e.message, t.message),
      "endedAt" = case when e."to" is null then t."endedAt" else e."doneAt" end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as e(id text, attempt int, "lastSeq" int, "doneAt" timestamp, "doneOk" boolean, "doneCode" text, "doneMessage" text, "goneAt" timestamp, step jsonb,
        "exitCode" int, "outputDigest" text, "outputBytes" int, "to" text, code text, message text)
    where t.id = e.id and t.attempt = e.attempt`
}

export type HeardRecord = Pick<DeployRecord, 'id' | 'state' | 'stageId' | 'organizationId' | 'partOfId'>

/** Records in id order, so that two senders never wait for each other. */
export async function lockRecords(tx: Tx, recordIds: readonly string[]): Promise<Map<string, HeardRecord>> {
  const ids = [...new Set(recordIds)].sort()
  if (ids.length === 0) return new Map()
  const rows = await tx.$queryRaw<HeardRecord[]>`
    select id, state::text as state, "stageId", "organizationId", "partOfId" from "DeployRecord" where id = any(${ids}) order by id for update`
  return new Map(rows.map((row) => [row.id, row]))
}
