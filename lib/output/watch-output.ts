import { publish } from '@/lib/bus/bus'
import { groupBy } from '@/lib/group-by'
import { pace } from '@/lib/pace'
import type { FoundUnit } from './find-output'

/** Said on the bus to the gateway that holds the machine's connection. */
export interface OutputWatch {
  readonly machineId: string
  readonly unitIds: readonly string[]
}

export const watchTopic = 'output-watch'

const renewed = new Map<string, number>()
const mostRemembered = 10_000

/** Somebody looks at these units: asked of their machines for one lease, and no oftener than a lease needs. */
export async function watchOutput(units: readonly FoundUnit[]): Promise<void> {
  const now = performance.now()
  const due = units.filter((unit) => unit.machineId && !unit.removed && (renewed.get(unit.id) ?? Number.NEGATIVE_INFINITY) < now)
  if (renewed.size > mostRemembered) renewed.clear()
  for (const unit of due) renewed.set(unit.id, now + pace('outputLease') / 3)
  const byMachine = groupBy(due, (unit) => unit.machineId as string)
  await Promise.all(
    [...byMachine].map(([machineId, mine]) =>
      publish(watchTopic, { machineId, unitIds: mine.map((unit) => unit.id) } satisfies OutputWatch),
    ),
  )
}
