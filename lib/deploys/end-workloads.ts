import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { lockWorkload, moveWorkload } from '@/lib/workloads/move-workload'

/**
 * What a record had ordered in clusters ends with it. After one that failed, was cancelled or given up, a placement that the cluster
 * had begun to change is held: nothing is applied to it, onward or back, until a release succeeds on it.
 */
export async function endWorkloads(tx: Tx, record: DeployRecord): Promise<void> {
  if (!record.startedAt) return
  const tasks = await tx.task.findMany({
    where: { recordId: record.id, attempt: { gt: 0 }, expect: { path: ['kind'], equals: 'workload' } },
    select: { id: true, targetId: true, state: true },
  })
  if (tasks.length === 0) return
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id }, select: { id: true, placementId: true } })
  const placementOf = new Map(targets.map((target) => [target.id, target.placementId ?? '']))
  for (const task of [...tasks].sort((a, b) => ((placementOf.get(a.targetId) ?? '') < (placementOf.get(b.targetId) ?? '') ? -1 : 1)))
    await endOne(tx, record, { ...task, placementId: placementOf.get(task.targetId) ?? '' })
}

interface Ended {
  readonly id: string
  readonly state: string
  readonly placementId: string
}

async function endOne(tx: Tx, record: DeployRecord, task: Ended): Promise<void> {
  const found = await lockWorkload(tx, task.placementId)
  if (!found) return
  const isMine = found.causeTaskId === task.id
  const isBegun = found.appliedRevision >= found.revision
  const isHeld = record.state !== 'succeeded' && isBegun && (isMine || found.state === 'failed') && task.state !== 'succeeded'
  const data = {
    ...(isMine ? { causeRecordId: null, causeTaskId: null, causeAttempt: null } : {}),
    ...(isHeld ? { held: true, heldRecordId: record.id } : {}),
  }
  // Nobody follows it any more, so nobody would say how it ended.
  if (isMine && (found.state === 'progressing' || found.state === 'removing'))
    await moveWorkload(tx, found, 'fail', { ...data, code: record.code ?? 'record_ended', message: record.message })
  else if (isMine || isHeld) await tx.workload.update({ where: { placementId: task.placementId }, data })
}
