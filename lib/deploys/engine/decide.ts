import { harmlessSkips, isTaskEnded } from '@/lib/deploys/task-lifecycle'
import { type RecordOutcome, recordOutcome } from './outcome'
import { withinLimit } from './rolling'
import { isWatchOnly, type Settlement, settleTask } from './settle-task'
import type { Situation, TaskFacts } from './situation'

export interface TaskMove {
  readonly task: TaskFacts
  readonly event: 'release' | 'watch' | 'hand_over' | 'settle' | 'fail' | 'lose_owner' | 'skip' | 'cancel'
  readonly code?: string
  readonly message?: string
}

export interface Decision {
  readonly moves: readonly TaskMove[]
  /** Set when nothing is left to wait for. */
  readonly end: RecordOutcome | null
}

const stateAfter = {
  release: 'ready',
  watch: 'running',
  hand_over: 'running',
  settle: 'succeeded',
  fail: 'failed',
  lose_owner: 'ready',
  skip: 'skipped',
  cancel: 'cancelled',
} as const

const notReached = { event: 'skip', code: 'not_reached', message: 'An earlier task did not end well.' } as const

const deferred = { event: 'skip', code: 'deferred', message: 'The cluster did not answer; it is caught up when it does.' } as const

/** Its turn has come, its cluster does not answer, and nothing of it was begun there. */
const isPutOff = (task: TaskFacts, situation: Situation): boolean =>
  situation.silentTargets.has(task.targetId) &&
  task.expect.kind === 'workload' &&
  (task.state === 'pending' || task.state === 'ready'
    ? dependencies(task, situation).every(endedWell)
    : task.state === 'running' && situation.workloads.get(task.targetId)?.isApplied !== true)

/**
 * The whole engine as a pure function: what may happen to the tasks of one record now. Works in rounds, because a task
 * that settles may open the next, until a round changes nothing.
 */
export function decide(start: Situation): Decision {
  const moves: TaskMove[] = []
  let situation = start
  for (;;) {
    const round = decideRound(situation)
    if (round.length === 0) break
    moves.push(...round)
    situation = after(situation, round)
  }
  return { moves: compact(moves), end: recordOutcome(situation.tasks, situation.record.state === 'cancelling') }
}

function decideRound(situation: Situation): TaskMove[] {
  const settled = situation.tasks.flatMap((task) => endOfRunning(task, situation))
  if (settled.length > 0) return settled
  const putOff = situation.tasks.filter((task) => isPutOff(task, situation))
  // What was called off is not caught up either.
  const late = situation.record.state === 'cancelling' ? ({ event: 'cancel' } as const) : deferred
  if (putOff.length > 0) return putOff.map((task) => ({ task, ...late }))
  const { state } = situation.record
  if (state === 'cancelling') return withEvent(situation.tasks, ['pending', 'ready'], { event: 'cancel' })
  if (failures(situation) > situation.record.failuresAllowed) {
    return withEvent(situation.tasks, ['pending', 'ready'], notReached)
  }
  const unreachable = situation.tasks.filter((task) => task.state === 'pending' && hasDeadDependency(task, situation))
  if (unreachable.length > 0) return unreachable.map((task) => ({ task, ...notReached }))
  return state === 'running' ? released(situation) : []
}

const failures = ({ tasks }: Situation): number => tasks.filter((task) => task.state === 'failed' && !task.failureAllowed).length

function endOfRunning(task: TaskFacts, situation: Situation): TaskMove[] {
  if (task.state !== 'running') return []
  const found: Settlement = settleTask(task, situation)
  if (!found) return []
  if (found.event === 'lose_owner') return [afterLostOwner(task, situation)]
  if (found.event === 'fail' && found.code === 'cancelled' && situation.record.state === 'cancelling')
    return [{ task, ...found, event: 'cancel' }]
  return [{ task, ...found }]
}

function afterLostOwner(task: TaskFacts, { record }: Situation): TaskMove {
  // A cancelled record hands nothing over anew: nobody accepted it, so nothing was begun.
  if (record.state === 'cancelling') return { task, event: 'cancel' }
  if (task.attempt < task.maxAttempts) return { task, event: 'lose_owner' }
  return { task, event: 'fail', code: 'lost', message: 'No worker could hand the task over.' }
}

const withEvent = (tasks: readonly TaskFacts[], states: readonly string[], move: Omit<TaskMove, 'task'>): TaskMove[] =>
  tasks.filter((task) => states.includes(task.state)).map((task) => ({ task, ...move }))

const dependencies = (task: TaskFacts, { tasks }: Situation): TaskFacts[] => task.dependsOn.flatMap((index) => at(tasks, index) ?? [])

/** They come in the order of their numbers, and in a plan none is missing: thousands may wait for thousands. */
const at = (tasks: readonly TaskFacts[], index: number): TaskFacts | undefined =>
  tasks[index]?.index === index ? tasks[index] : tasks.find((task) => task.index === index)

const endedWell = (task: TaskFacts): boolean =>
  task.state === 'succeeded' ||
  (task.state === 'skipped' && harmlessSkips.includes(task.code ?? '')) ||
  (task.state === 'failed' && task.failureAllowed)

const hasDeadDependency = (task: TaskFacts, situation: Situation): boolean =>
  dependencies(task, situation).some((other) => isTaskEnded(other.state) && !endedWell(other))

const tooFew = {
  event: 'fail',
  code: 'too_few_available',
  message: 'Other units of the service did not serve, and did not come back in time; no further one may be taken away.',
} as const

/** Nothing of the record is in anybody's hands, and what it waits for is not coming: it must end, not wait for ever. */
const isStuck = ({ tasks, now, idleSince, limitPatienceMs, disturbedByOthers, heldByOthers }: Situation): boolean =>
  // Another record that has units in hand comes to an end of its own.
  disturbedByOthers.size === 0 &&
  heldByOthers.size === 0 &&
  !tasks.some((task) => task.state === 'ready' || task.state === 'running') &&
  now.getTime() - idleSince.getTime() > limitPatienceMs

function released(situation: Situation): TaskMove[] {
  const open = situation.tasks.filter((task) => task.state === 'pending' && dependencies(task, situation).every(endedWell))
  const mine = open.filter((task) => !task.unitId || !situation.heldByOthers.has(task.unitId))
  const alreadyThere = mine.filter((task) => task.expect.kind === 'package' && isCached(task, situation))
  if (alreadyThere.length > 0)
    return alreadyThere.map((task) => ({ task, event: 'skip', code: 'not_needed', message: 'Already in the cache.' }))
  const allowed = withinLimit(mine, situation)
  if (allowed.length === 0 && isStuck(situation)) return mine.map((task) => ({ task, ...tooFew }))
  const begin = situation.record.isFree ? 'hand_over' : 'release'
  return allowed.slice(0, freeHands(situation)).map((task) => ({ task, event: isWatchOnly(task) ? 'watch' : begin }))
}

const freeHands = ({ record, tasks }: Situation): number =>
  record.parallel === null
    ? tasks.length
    : Math.max(0, record.parallel - tasks.filter((task) => task.state === 'ready' || task.state === 'running').length)

const isCached = (task: TaskFacts, { cachedPackages }: Situation): boolean =>
  task.expect.kind === 'package' && cachedPackages.has(`${task.machineId} ${task.expect.digest}`)

function after(situation: Situation, moves: readonly TaskMove[]): Situation {
  const moved = new Map(moves.map((move) => [move.task.id, move]))
  const tasks = situation.tasks.map((task) => {
    const move = moved.get(task.id)
    if (!move) return task
    const accepted = move.event === 'hand_over' ? { acceptedAt: situation.now } : {}
    return { ...task, ...accepted, state: stateAfter[move.event], code: move.code ?? null }
  })
  return { ...situation, tasks }
}

/** The last move of a task is the one to write; `from` is what the row still says. */
function compact(moves: readonly TaskMove[]): TaskMove[] {
  const first = new Map<string, TaskFacts>()
  const last = new Map<string, TaskMove>()
  for (const move of moves) {
    if (!first.has(move.task.id)) first.set(move.task.id, move.task)
    last.set(move.task.id, move)
  }
  return [...last.values()].map((move) => ({ ...move, task: first.get(move.task.id) as TaskFacts }))
}
