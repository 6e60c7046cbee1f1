import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { tellLive } from '@/lib/events/write-event'
import type { TaskMove } from './engine/decide'
import { taskLifecycle } from './task-lifecycle'

const lifecycleEvent = {
  release: 'release',
  watch: 'claim',
  hand_over: 'claim',
  settle: 'settle',
  fail: 'fail',
  lose_owner: 'lose_owner',
  skip: 'skip',
  cancel: 'cancel',
} as const

interface Write {
  id: string
  from: string
  to: string
  event: TaskMove['event']
  code: string | null
  message: string | null
}

/** The only writer of a task's `state` besides the claim, and the last word about a command (`saveEars`). One statement for all, each row by compare-and-set. */
export async function moveTasks(tx: Tx, recordId: string, moves: readonly TaskMove[]): Promise<void> {
  if (moves.length === 0) return
  const writes: Write[] = moves.map(({ task, event, code, message }) => ({
    id: task.id,
    from: task.state,
    // From pending to running at once: there is no order to be claimed, or it is handed over with this move.
    to: event === 'watch' || event === 'hand_over' ? taskLifecycle.table.claim.to : taskLifecycle.next(task.state, lifecycleEvent[event]),
    event,
    code: code ?? null,
    message: message?.slice(0, 2000) ?? null,
  }))
  const now = clock.now()
  await tx.$executeRaw`
    update "Task" t set
      state = w."to"::"TaskState",
      code = coalesce(w.code, t.code), message = coalesce(w.message, t.message),
      "readyAt" = case when w.event in ('release', 'watch', 'hand_over') then ${now}::timestamp else t."readyAt" end,
      attempt = case when w.event in ('watch', 'hand_over') then 1 else t.attempt end,
      "startedAt" = case when w.event in ('watch', 'hand_over') then ${now}::timestamp else t."startedAt" end,
      "acceptedAt" = case when w.event in ('watch', 'hand_over') then ${now}::timestamp when w.event = 'lose_owner' then null else t."acceptedAt" end,
      "deadlineAt" = case when w.event in ('watch', 'hand_over') then ${now}::timestamp + t."timeoutMs" * interval '1 millisecond'
                          when w.event = 'lose_owner' then null else t."deadlineAt" end,
      owner = case when w.event = 'watch' then 'target' when w.event = 'hand_over' then 'target:' || t."machineId" when w.event = 'lose_owner' then null else t.owner end,
      "endedAt" = case when w."to" in ('succeeded', 'failed', 'skipped', 'cancelled') then ${now}::timestamp else null end
    from jsonb_to_recordset(${JSON.stringify(writes)}::jsonb) as w(id text, "from" text, "to" text, event text, code text, message text)
    where t.id = w.id and t.state = w."from"::"TaskState"`
  await tx.deployRecord.update({ where: { id: recordId }, data: { revision: { increment: 1 } } })
}

/** Who looks at the record, its group or its organisation looks again. */
export function tellTasksMoved(tx: Tx, { id, partOfId, organizationId }: Pick<DeployRecord, 'id' | 'partOfId' | 'organizationId'>): void {
  tellLive(tx, [`record:${id}`, `record:${partOfId ?? id}`, organizationId ? `org:${organizationId}` : 'platform'], 'deploy.tasks_moved')
}
