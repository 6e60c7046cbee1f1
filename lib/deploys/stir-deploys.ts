import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { pace } from '@/lib/pace'
import type { JobName } from '@/lib/queue/jobs'
import { enqueue } from '@/lib/queue/outbox'
import { wantsRollback } from './end-deploy'
import { pagesOf } from './pages-of'

/**
 * Heals what a lost message, a dead worker or a passed deadline leaves standing: every live record that could move is
 * looked at again. The engine decides; asking too often costs a read and nothing else.
 */
export async function stirDeploys(): Promise<number> {
  const asks = new Map<string, JobName[]>()
  const add = (recordId: string, job: JobName) => asks.set(recordId, [...new Set([...(asks.get(recordId) ?? []), job])])
  for await (const records of pagesOf(liveRecords))
    for (const { id, state } of records) {
      add(id, state === 'planning' ? 'deploy.plan' : 'deploy.advance')
      if (state === 'cancelling') add(id, 'deploy.stop-tasks')
    }
  for await (const tasks of pagesOf(unclaimedTasks)) for (const task of tasks) add(task.recordId, 'deploy.run-tasks')
  for (const recordId of await owedRollbacks()) add(recordId, 'deploy.roll-back')
  for (const [recordId, jobs] of asks) {
    await transaction(async (tx) => {
      for (const job of jobs) await enqueue(tx, job, { recordId })
    })
  }
  return asks.size
}

const passed = (column: 'notBefore' | 'opensAt') => ({ OR: [{ [column]: null }, { [column]: { lte: clock.now() } }] })

const liveRecords = (after: string, take: number) =>
  db.deployRecord.findMany({
    where: {
      id: { gt: after },
      OR: [
        { state: { in: ['planning', 'running', 'paused', 'cancelling'] } },
        // What is scheduled, or waits for a window, is woken by its time, and by whoever changes what it was planned from.
        { state: 'queued', AND: [passed('notBefore'), passed('opensAt')] },
      ],
    },
    select: { id: true, state: true },
    orderBy: { id: 'asc' },
    take,
  })

const unclaimedTasks = (after: string, take: number) =>
  db.task.findMany({
    where: { state: 'ready', id: { gt: after } },
    select: { id: true, recordId: true },
    orderBy: { id: 'asc' },
    take,
  })

/** Deploys that failed a while ago and were approved with their way back, of which there is no sign. */
async function owedRollbacks(): Promise<string[]> {
  const now = clock.nowMs()
  const failed = await db.deployRecord.findMany({
    where: {
      state: 'failed',
      onFailure: 'roll_back',
      rollbackOfId: null,
      stateSince: { lt: new Date(now - pace('ownerLost')), gt: new Date(now - pace('cancelGiveUp')) },
    },
  })
  const owing = failed.filter(wantsRollback).map((record) => record.id)
  if (owing.length === 0) return []
  const done = await db.deployRecord.findMany({ where: { rollbackOfId: { in: owing } }, select: { rollbackOfId: true } })
  const begun = new Set(done.map((record) => record.rollbackOfId))
  return owing.filter((id) => !begun.has(id))
}
