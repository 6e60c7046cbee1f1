import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Prisma, Unit } from '@/lib/db/generated/client'
import type { UnitState } from '@/lib/db/generated/enums'
import { unitLifecycle } from './unit-lifecycle'

/** Which event of the lifecycle leads from one state to another; undefined = the table knows none. */
export const unitEventBetween = (from: UnitState, to: UnitState) =>
  unitLifecycle.events.find((event) => unitLifecycle.can(from, event) && unitLifecycle.table[event].to === to)

/**
 * The only writer of a unit's `state`. What a target shows is the truth even where the table names no single step for it
 * (news of in between was dropped with a hole): it is written, and `jumped` says so.
 */
export async function moveUnit(
  tx: Tx,
  unit: Unit,
  to: UnitState,
  data: Omit<Prisma.UnitUncheckedUpdateInput, 'state' | 'id'>,
): Promise<{ jumped: boolean }> {
  const moved = unit.state !== to
  await tx.unit.update({
    where: { id: unit.id },
    data: { ...data, state: to, ...(moved ? { stateSince: clock.now() } : {}), ...(to === 'removed' ? { removedAt: clock.now() } : {}) },
  })
  return { jumped: moved && unitEventBetween(unit.state, to) === undefined }
}
