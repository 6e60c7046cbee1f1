import type { Situation, TaskFacts } from './situation'

/** Units that would be missed now: they served once, and do not serve. A unit stopped on purpose is not missed. */
export function unavailableUnits({ units, tasks, disturbedByOthers }: Situation): Set<string> {
  const missing = new Set<string>(disturbedByOthers)
  for (const unit of units.values()) {
    if (unit.hasServed && unit.state !== 'running' && unit.state !== 'stopped') missing.add(unit.id)
  }
  for (const task of tasks) {
    if (task.disruptive && task.unitId && (task.state === 'ready' || task.state === 'running')) missing.add(task.unitId)
  }
  return missing
}

/**
 * Which of these may start without taking away more than the limit. Those whose unit is missing already cost nothing
 * and go first; they are returned in that order.
 */
export function withinLimit(candidates: readonly TaskFacts[], situation: Situation): TaskFacts[] {
  const missing = unavailableUnits(situation)
  const costs = (task: TaskFacts) => task.disruptive && task.unitId !== null && !missing.has(task.unitId)
  const free = candidates.filter((task) => !costs(task))
  const allowed: TaskFacts[] = []
  for (const task of candidates.filter(costs)) {
    if (missing.size >= situation.record.maxUnavailable) break
    missing.add(task.unitId as string)
    allowed.push(task)
  }
  return [...free, ...allowed]
}
