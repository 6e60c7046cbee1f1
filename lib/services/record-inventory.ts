import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { strangerOf } from '@/lib/ledger/stranger'
import type { Inventory } from '@/lib/protocol/messages'

const gateway = systemActor('gateway')

/**
 * Everything an agent has, as it sends it on connect. Foreign listeners keep planners off their ports; reservations that a
 * given-up deploy left in the ledger end here, now that the machine's word is known; units the hub does not know are listed, never touched.
 */
export async function recordInventory(machineId: string, inventory: Inventory): Promise<void> {
  await transaction(async (tx) => {
    await tx.machine.update({ where: { id: machineId }, data: { foreignPorts: inventory.listeners, heardAt: clock.now() } })
    await tx.desiredPackage.updateMany({
      where: { machineId, digest: { in: inventory.packages }, cachedAt: null },
      data: { cachedAt: clock.now() },
    })
    await closeReservations(tx, machineId)
    await closeUnits(tx, machineId, inventory)
    await noteStrangers(tx, machineId, inventory)
  })
}

async function closeReservations(tx: Tx, machineId: string): Promise<void> {
  const lines = await tx.ledger.findMany({ where: { machineId, kind: 'reservation', closedAt: null } })
  for (const line of lines) {
    await tx.machinePort.deleteMany({ where: { machineId, recordId: line.recordId } })
    await tx.ledger.update({ where: { id: line.id }, data: { closedAt: clock.now(), closedAs: 'gone' } })
  }
}

/** What may have been left behind and is not there. */
async function closeUnits(tx: Tx, machineId: string, inventory: Inventory): Promise<void> {
  const there = inventory.units.filter((unit) => unit.state !== 'removed').map((unit) => unit.unitId)
  await tx.ledger.updateMany({
    where: { machineId, kind: 'unit', closedAt: null, unitId: { notIn: there } },
    data: { closedAt: clock.now(), closedAs: 'gone' },
  })
}

/** Units that the hub has no row for stand in the ledger until a person adopts or removes them. */
async function noteStrangers(tx: Tx, machineId: string, inventory: Inventory): Promise<void> {
  const known = await tx.unit.findMany({ where: { id: { in: inventory.units.map((unit) => unit.unitId) } }, select: { id: true } })
  const ids = new Set(known.map((unit) => unit.id))
  for (const unit of inventory.units.filter((one) => !ids.has(one.unitId) && one.state !== 'removed')) {
    const stranger = json(strangerOf(unit))
    const listed = await tx.ledger.updateMany({
      where: { machineId, unitId: unit.unitId, kind: 'unit', closedAt: null },
      data: { stranger, generation: unit.generation },
    })
    if (listed.count > 0) continue
    await tx.ledger.create({
      data: {
        kind: 'unit',
        machineId,
        unitId: unit.unitId,
        unitName: unit.unit,
        generation: unit.generation,
        stranger,
        what: `${unit.unit} is ${unit.state} on the machine`,
        why: 'the hub does not know this unit',
      },
    })
    await writeEvent(tx, gateway, {
      name: 'machine.stranger_found',
      subject: { kind: 'machine', id: machineId },
      data: { unit: unit.unit },
    })
  }
}
