import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { waitForWindow, whenOpen } from './change-window'
import type { RecordOutcome } from './engine/outcome'
import { moveDeploy } from './move-deploy'
import { lackingApprovals } from './start-deploy'

/** A record of no stage stands in no line and takes no lock: it starts once those who must have said yes. */
export async function startFree(tx: Tx, actor: Actor, record: DeployRecord): Promise<DeployRecord> {
  const lacking = await lackingApprovals(tx, actor, record)
  if (lacking) return lacking
  const shutUntil = await whenOpen(tx, record)
  if (shutUntil) return waitForWindow(tx, record, shutUntil)
  await skipDeparted(tx, record.id)
  return moveDeploy(tx, actor, record, 'start')
}

/** Targets are those that were signed. What has left its machine since is not looked for elsewhere. */
async function skipDeparted(tx: Tx, recordId: string): Promise<void> {
  await tx.$executeRaw`
    update "Task" t set state = 'skipped', code = 'target_gone', message = 'It is no longer where it was when this was asked for.',
      "endedAt" = ${clock.now()}::timestamp
    where t."recordId" = ${recordId} and t.state = 'pending' and t.verb = 'run' and case when t."unitId" is null
      then not exists (select 1 from "Machine" m where m.id = t."machineId" and m."removedAt" is null)
      else not exists (select 1 from "Allocation" a where a."unitId" = t."unitId" and a."machineId" = t."machineId" and a."to" is null) end`
}

/** What became of it, in numbers: which target failed stands at the target. */
export async function finishFree(tx: Tx, actor: Actor, record: DeployRecord, end: RecordOutcome): Promise<void> {
  for (const [id, outcome] of end.targets) await tx.deployTarget.update({ where: { id }, data: { outcome } })
  const states = await tx.task.groupBy({ by: ['state'], where: { recordId: record.id, verb: 'run' }, _count: { _all: true } })
  const all = states.reduce((sum, state) => sum + state._count._all, 0)
  const good = states.find((state) => state.state === 'succeeded')?._count._all ?? 0
  const why = { code: 'targets_failed', message: `It succeeded on ${good} of ${all} targets.` }
  const isBad = end.event === 'tasks_ended_badly'
  await moveDeploy(tx, actor, record, end.event, { ...(isBad ? why : {}), endedAt: clock.now() })
}
