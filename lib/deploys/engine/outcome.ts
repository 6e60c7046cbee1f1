import { harmlessSkips, isTaskEnded } from '@/lib/deploys/task-lifecycle'
import type { TaskFacts } from './situation'

export type TargetOutcome = 'succeeded' | 'failed' | 'deferred' | 'cancelled'

/** What became of one target, by the rules of 5-model 2. Null while a task goes on. */
export function targetOutcome(tasks: readonly TaskFacts[]): TargetOutcome | null {
  if (!tasks.every((task) => isTaskEnded(task.state))) return null
  const failed = tasks.some(
    (task) => (task.state === 'failed' && !task.failureAllowed) || (task.state === 'skipped' && !harmlessSkips.includes(task.code ?? '')),
  )
  if (failed) return 'failed'
  if (tasks.some((task) => task.state === 'cancelled')) return 'cancelled'
  if (tasks.some((task) => task.state === 'skipped' && task.code === 'deferred')) return 'deferred'
  return 'succeeded'
}

export interface RecordOutcome {
  readonly event: 'tasks_ended_well' | 'tasks_ended_badly' | 'tasks_ended_cancelled'
  readonly targets: ReadonlyMap<string, TargetOutcome>
  readonly deferred: number
}

/** How the record ends once every task has; null before. A record of only deferred targets has failed. */
export function recordOutcome(tasks: readonly TaskFacts[], cancelling: boolean): RecordOutcome | null {
  const targets = new Map<string, TargetOutcome>()
  for (const targetId of new Set(tasks.map((task) => task.targetId))) {
    const outcome = targetOutcome(tasks.filter((task) => task.targetId === targetId))
    if (!outcome) return null
    targets.set(targetId, outcome)
  }
  const all = [...targets.values()]
  const deferred = all.filter((outcome) => outcome === 'deferred').length
  const applied = all.every((outcome) => outcome === 'succeeded' || outcome === 'deferred') && deferred < Math.max(1, all.length)
  if (applied) return { event: 'tasks_ended_well', targets, deferred }
  return { event: cancelling ? 'tasks_ended_cancelled' : 'tasks_ended_badly', targets, deferred }
}
