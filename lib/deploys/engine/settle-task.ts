import type { Expectation, Situation, TaskFacts, WorkloadFacts } from './situation'

/** What a running task has come to, or undefined while it goes on. */
export type Settlement = { event: 'settle' } | { event: 'fail'; code: string; message: string } | { event: 'lose_owner' } | undefined

const watchOnly = new Set(['check', 'record', 'withdraw'])

/** Tasks without an order of their own: they only wait for what the target shows. */
export const isWatchOnly = (task: Pick<TaskFacts, 'verb'>): boolean => watchOnly.has(task.verb)

export function isObserved(task: TaskFacts, { units, workloads, copies, cachedPackages, isStillKnown }: Situation): boolean {
  const { expect } = task
  if (expect.kind === 'none') return true
  if (expect.kind === 'package') return cachedPackages.has(`${task.machineId} ${expect.digest}`)
  if (expect.kind === 'workload') return isShown(expect, workloads.get(task.targetId))
  if (expect.kind === 'data') return copies.get(task.unitId ?? '')?.[expect.state] === true
  const unit = task.unitId ? units.get(task.unitId) : undefined
  if (expect.kind === 'withdrawn') return !unit || !isStillKnown
  if (expect.kind === 'relations') return !unit || (unit.told !== null && unit.related === unit.told)
  // A removed unit has left the living ones; its absence is what a remove task waits for.
  if (!unit) return expect.states.includes('removed')
  return expect.states.includes(unit.state) && (expect.contentDigest === null || unit.contentDigest === expect.contentDigest)
}

/** What never came to be is as good as removed. */
function isShown({ states, contentDigest }: Extract<Expectation, { kind: 'workload' }>, workload: WorkloadFacts | undefined): boolean {
  if (!workload) return states.includes('removed')
  return states.includes(workload.state) && (contentDigest === null || workload.shownDigest === contentDigest)
}

function failureSeen(task: TaskFacts, { units }: Situation): Settlement {
  if (task.goneAt) {
    if (task.verb === 'remove') return { event: 'settle' }
    return { event: 'fail', code: 'target_gone', message: 'The target says that it is gone.' }
  }
  if (task.doneAt && task.doneOk === false) {
    return { event: 'fail', ...failureTold(task) }
  }
  const unit = task.unitId ? units.get(task.unitId) : undefined
  const sameContent = task.expect.kind === 'unit' && unit?.contentDigest === task.expect.contentDigest
  // Also after a `done ok`: it may have crashed before anybody looked.
  if ((task.verb === 'check' || task.doneOk === true) && unit?.state === 'error' && sameContent) {
    return { event: 'fail', code: unit.code ?? 'unit_error', message: unit.message ?? 'The unit is in error.' }
  }
  // The check may have been lost before anybody waited for it.
  if (task.verb === 'check' && unit?.state === 'ready' && unit.code === 'check_failed' && sameContent) {
    return { event: 'fail', code: 'check_failed', message: unit.message ?? 'The check failed.' }
  }
  return undefined
}

/** What is told of the end of a task that went wrong. */
const failureTold = ({ doneCode, doneMessage }: Pick<TaskFacts, 'doneCode' | 'doneMessage'>) => ({
  code: doneCode ?? 'failed',
  message: doneMessage ?? 'The target reported a failure.',
})

/** A command is over with the last word of its machine, whatever the others of its record do. */
export function endOfCommand(
  task: Pick<TaskFacts, 'doneOk' | 'doneCode' | 'doneMessage'>,
  record: Pick<Situation['record'], 'state'>,
): { event: 'settle' | 'fail' | 'cancel'; code?: string; message?: string } {
  if (task.doneOk) return { event: 'settle' }
  return { event: task.doneCode === 'cancelled' && record.state === 'cancelling' ? 'cancel' : 'fail', ...failureTold(task) }
}

/** It may have run, or may still: nobody but a person may let it run once more. */
const unknown = {
  event: 'fail',
  code: 'outcome_unknown',
  message: 'The machine did not say in time how it ended; it may have run.',
} as const

const diskFull = {
  event: 'fail',
  code: 'disk_full',
  message: 'No space is left on the disk of this machine, so it could not finish in time.',
} as const

/** Success needs both: the target said `done` (or the task only watches), and the rows show it. */
export function settleTask(task: TaskFacts, situation: Situation): Settlement {
  const failed = failureSeen(task, situation)
  if (failed) return failed
  const open = isWatchOnly(task) || task.doneOk === true
  if (open && isObserved(task, situation)) return { event: 'settle' }
  if (task.deadlineAt && task.deadlineAt <= situation.now) {
    // Nobody waits longer for the other side than this.
    if (task.verb === 'withdraw') return { event: 'settle' }
    if (task.verb === 'run' && task.acceptedAt) return unknown
    if (situation.fullMachines.has(task.machineId ?? '')) return diskFull
    const heard = task.acceptedAt ? 'The target did not finish in time.' : 'The target did not accept the task in time.'
    return { event: 'fail', code: 'deadline', message: heard }
  }
  return ownerLost(task, situation) ? { event: 'lose_owner' } : undefined
}

/** Only the handing over has an owner that can be lost; an accepted task belongs to its target. */
function ownerLost(task: TaskFacts, { now, ownerLostMs }: Situation): boolean {
  if (task.acceptedAt || isWatchOnly(task)) return false
  return !task.heartbeatAt || now.getTime() - task.heartbeatAt.getTime() > ownerLostMs
}
