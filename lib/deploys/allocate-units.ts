import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Reservation } from '@/lib/db/generated/client'
import { removeFromMachine } from '@/lib/machines/set-desired'
import type { TaskMove } from './engine/decide'

/**
 * The first task that needs a new unit's place turns its reservation into an allocation. Until then the unit has no
 * machine, so a record that ends before leaves nothing behind.
 */
export async function allocateUnits(tx: Tx, record: DeployRecord, moves: readonly TaskMove[]): Promise<void> {
  const starting = moves.filter((move) => move.event === 'release' && move.task.verb === 'switch').map((move) => move.task.id)
  if (starting.length === 0) return
  const tasks = await tx.task.findMany({ where: { id: { in: starting } }, select: { unitId: true, unitName: true, params: true } })
  const held = await tx.reservation.findMany({ where: { recordId: record.id, endedAt: null } })
  const byUnit = new Map(held.map((reservation) => [reservation.unitId, reservation]))
  for (const task of tasks) {
    const reservation = task.unitName ? byUnit.get(task.unitName) : undefined
    if (reservation && task.unitId) await allocate(tx, task.unitId, reservation)
  }
}

async function allocate(tx: Tx, unitId: string, reservation: Reservation): Promise<void> {
  const now = clock.now()
  await leaveOldPlace(tx, unitId, now)
  const unit = await tx.unit.update({
    where: { id: unitId },
    data: { state: 'allocated', stateSince: now, generation: { increment: 1 } },
    select: { generation: true },
  })
  const { machineId, cpuMillis, memoryMib, diskMib } = reservation
  const allocation = await tx.allocation.create({
    data: { unitId, machineId, generation: unit.generation, ports: reservation.ports ?? {}, cpuMillis, memoryMib, diskMib, from: now },
  })
  const ports = Object.values(reservation.ports as Record<string, number>)
  await tx.machinePort.updateMany({
    where: { machineId, port: { in: ports }, recordId: reservation.recordId },
    data: { recordId: null, allocationId: allocation.id },
  })
  await tx.reservation.update({ where: { id: reservation.id }, data: { endedAt: now, endedBy: 'used' } })
}

/** A unit that moves: its old machine is told to take it down should it ever come back, and holds no room for it. */
async function leaveOldPlace(tx: Tx, unitId: string, now: Date): Promise<void> {
  const old = await tx.allocation.findFirst({ where: { unitId, to: null } })
  if (!old) return
  await tx.allocation.update({ where: { id: old.id }, data: { to: now } })
  await tx.machinePort.deleteMany({ where: { allocationId: old.id } })
  await removeFromMachine(tx, unitId, old.machineId)
}
