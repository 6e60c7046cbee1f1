import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Task, Unit } from '@/lib/db/generated/client'
import { setDesiredAsIs } from '@/lib/machines/set-desired'

/**
 * After a record that failed, was cancelled or given up, a unit that differs from its placement or is in error is held:
 * nothing is applied to it, onward or back. Units that the record never reached are as they were, and so are those that it gives back.
 */
export async function holdUnits(tx: Tx, record: DeployRecord, returned: readonly string[] = []): Promise<void> {
  if (!record.startedAt) return
  const touched = await tx.task.findMany({
    where: { recordId: record.id, unitId: { not: null } },
    select: { unitId: true, verb: true, attempt: true, state: true, doneAt: true },
  })
  const unitIds = [...new Set(touched.flatMap((task) => task.unitId ?? []))]
  const units = await tx.unit.findMany({ where: { id: { in: unitIds }, removedAt: null }, include: { placement: true } })
  await dropUntouched(tx, units)
  await tx.unit.updateMany({ where: { id: { in: unitIds } }, data: { transition: null, wantedReleaseId: null } })
  if (record.state !== 'succeeded') {
    const rest = units.filter((unit) => !returned.includes(unit.id))
    await holdDiffering(tx, record, { touched, units: rest })
  }
  // Also those whose hold this record did not end: what it had told their agents is over with it.
  const held = await tx.unit.findMany({ where: { id: { in: unitIds }, held: true, removedAt: null }, select: { id: true } })
  await setDesiredAsIs(
    tx,
    held.map((unit) => unit.id),
  )
}

interface Touched {
  readonly touched: readonly Pick<Task, 'unitId' | 'verb' | 'attempt' | 'state' | 'doneAt'>[]
  readonly units: readonly (Unit & { placement: { releaseId: string | null } })[]
}

async function holdDiffering(tx: Tx, record: DeployRecord, { touched, units }: Touched): Promise<void> {
  // What only fetches or tells leaves its unit as it was.
  const begun = touched.filter((task) => task.attempt > 0 && !['fetch', 'relate', 'withdraw'].includes(task.verb))
  const reached = new Set(begun.map((task) => task.unitId))
  // Handed over and never answered: whatever the rows say, the target may have done it, or may still do it.
  const unanswered = new Set(
    begun.filter((task) => task.verb !== 'check' && task.state !== 'succeeded' && !task.doneAt).map((task) => task.unitId),
  )
  const held = units.filter((unit) => unit.state !== 'none' && reached.has(unit.id) && (differs(unit) || unanswered.has(unit.id)))
  await tx.unit.updateMany({ where: { id: { in: held.map((unit) => unit.id) } }, data: { held: true, heldRecordId: record.id } })
}

const differs = (unit: Unit & { placement: { releaseId: string | null } }): boolean =>
  unit.state !== 'running' || unit.releaseId !== unit.placement.releaseId

/** A unit that got no machine has never existed outside this database. */
async function dropUntouched(tx: Tx, units: readonly Unit[]): Promise<void> {
  const none = units.filter((unit) => unit.state === 'none').map((unit) => unit.id)
  if (none.length === 0) return
  await tx.unit.updateMany({ where: { id: { in: none } }, data: { state: 'removed', stateSince: clock.now(), removedAt: clock.now() } })
}
