import { systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Allocation, DesiredUnit, Unit } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { type LedgerWord, ledgerWords } from '@/lib/ledger/words'
import type { Inventory, InventoryUnit } from '@/lib/protocol/messages'
import { moveUnit } from './move-unit'

const actor = systemActor('restore')

/**
 * First inventory of a machine that is ahead of this hub (after a restore): nothing on it is touched. What differs is held
 * and listed, what the hub misses is listed and not made again, and generations rise to what the machine has.
 */
export async function reconcileInventory(machineId: string, inventory: Inventory): Promise<void> {
  await transaction(async (tx) => {
    const allocations = await tx.allocation.findMany({ where: { machineId, to: null }, include: { unit: true } })
    const desired = new Map((await tx.desiredUnit.findMany({ where: { machineId } })).map((row) => [row.unitId, row]))
    const found = new Map(inventory.units.map((unit) => [unit.unitId, unit]))
    let differences = 0
    for (const allocation of allocations) {
      const there = found.get(allocation.unitId)
      const differs =
        there && there.state !== 'removed'
          ? await compare(tx, allocation, there, desired.get(allocation.unitId))
          : await missing(tx, allocation)
      if (differs) differences++
    }
    await writeEvent(tx, actor, {
      name: 'machine.reconciled',
      subject: { kind: 'machine', id: machineId },
      data: { differences, units: inventory.units.length },
    })
  })
}

type Known = Allocation & { unit: Unit }

async function compare(tx: Tx, { machineId, unit }: Known, there: InventoryUnit, wanted: DesiredUnit | undefined): Promise<boolean> {
  const generation = Math.max(unit.generation, there.generation)
  await tx.desiredUnit.updateMany({
    where: { machineId, unitId: unit.id },
    data: { generation, ...(same(there, wanted) ? {} : { wanted: 'as_is' }) },
  })
  await tx.allocation.updateMany({ where: { unitId: unit.id, to: null }, data: { generation } })
  await moveUnit(tx, unit, there.state, { generation, contentDigest: there.contentDigest, restarts: there.restarts })
  if (same(there, wanted)) return false
  await tx.unit.update({ where: { id: unit.id }, data: { held: true, heldRecordId: null } })
  await list(tx, machineId, unit, 'differs', { code: 'left_differs', values: { unit: there.unit } })
  return true
}

const same = (there: InventoryUnit, wanted: DesiredUnit | undefined): boolean =>
  wanted !== undefined && wanted.contentDigest === there.contentDigest

async function missing(tx: Tx, { machineId, unit }: Known): Promise<boolean> {
  await tx.desiredUnit.updateMany({ where: { machineId, unitId: unit.id }, data: { wanted: 'as_is' } })
  await tx.unit.update({ where: { id: unit.id }, data: { held: true, heldRecordId: null } })
  await list(tx, machineId, unit, 'missing', { code: 'left_missing', values: { unit: await nameOf(tx, unit) } })
  return true
}

async function nameOf(tx: Tx, { stageId, ordinal }: Unit): Promise<string> {
  const { service } = await tx.stage.findUniqueOrThrow({ where: { id: stageId }, select: { service: { select: { name: true } } } })
  return `${service.name}/${ordinal}`
}

async function list(tx: Tx, machineId: string, unit: Unit, kind: 'differs' | 'missing', what: LedgerWord): Promise<void> {
  await tx.ledger.create({
    data: { kind, machineId, unitId: unit.id, generation: unit.generation, ...ledgerWords(what, { code: 'because_restored' }) },
  })
}
