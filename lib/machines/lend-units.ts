import { clock } from '@/lib/clock'
import type { MachineState } from '@/lib/db/generated/enums'
import { transaction } from '@/lib/db/transaction'
import { pace } from '@/lib/pace'
import type { LeaseGrant, LeaseKey } from '@/lib/protocol/lease'

/** From a machine with a fault units are made again elsewhere: what it still holds runs out. */
const lendable: readonly MachineState[] = ['inited', 'ready']

/**
 * Lends a machine those of these units of which it holds the newest generation. What it is lent is a row before it is said, so that
 * whoever makes the unit again elsewhere knows how long to wait.
 */
export async function lendUnits(machineId: string, asked: readonly LeaseKey[]): Promise<LeaseGrant['units']> {
  return transaction(async (tx) => {
    const unitIds = asked.map((key) => key.unitId)
    const places = await tx.$queryRaw<{ id: string; unitId: string; generation: number }[]>`
      select id, "unitId", generation from "Allocation"
      where "machineId" = ${machineId} and "to" is null and "unitId" = any(${unitIds}) order by id for no key update`
    // Read after the lock: a failover that has just started has taken it before us, on a machine with a fault.
    const { state } = await tx.machine.findUniqueOrThrow({ where: { id: machineId }, select: { state: true } })
    if (!lendable.includes(state)) return []
    const lent = places.filter((place) => asked.some((key) => key.unitId === place.unitId && key.generation === place.generation))
    const leaseMs = pace('lease')
    await tx.allocation.updateMany({
      where: { id: { in: lent.map((place) => place.id) } },
      data: { leasedUntil: new Date(clock.nowMs() + leaseMs) },
    })
    return lent.map(({ unitId, generation }) => ({ unitId, generation, leaseMs }))
  })
}

/** Until when nobody may count on the unit's having stopped where it was; null = it surely has. The machine counts from its question, which was earlier. */
export function leaseEndsAt({ leasedUntil }: { leasedUntil: Date | null }): Date | null {
  const end = (leasedUntil?.getTime() ?? 0) + pace('leaseMargin')
  return leasedUntil && end > clock.nowMs() ? new Date(end) : null
}
