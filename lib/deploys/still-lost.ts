import type { Tx } from '@/lib/db/client'
import { isLost } from '@/lib/machines/signals-of'
import { loadUnitsOn, type UnitOn } from './load-units-on'
import type { StageRecord } from './stage-record'
import { whyNotFailOver } from './why-stays'

/**
 * Time has passed since a failover was asked for, and a person may have decided on it: its machines may be back by now. Asked once more
 * in the transaction that starts it, with the places and machines held against whoever lends units or clears a fault. Returns the
 * unit that stays, or undefined.
 */
export async function findReturned(tx: Tx, record: StageRecord): Promise<UnitOn | undefined> {
  const tasks = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const unitIds = [...new Set(tasks.flatMap((task) => task.unitId ?? []))]
  const places = await tx.$queryRaw<{ machineId: string }[]>`
    select "machineId" from "Allocation" where "unitId" = any(${unitIds}) and "to" is null order by id for no key update`
  const machineIds = [...new Set(places.map((place) => place.machineId))]
  await tx.$queryRaw`select 1 from "Machine" where id = any(${machineIds}) order by id for update`
  const found = await tx.machine.findMany({ where: { id: { in: machineIds } }, include: { signals: true } })
  const machines = new Map(found.map((machine) => [machine.id, machine]))
  const units = (await loadUnitsOn(tx, machineIds)).filter((one) => unitIds.includes(one.unit.id))
  return units.find((one) => {
    const machine = machines.get(one.allocation.machineId)
    return !machine || !isLost(machine) || whyNotFailOver({ ...one, isOff: machine.saidOffAt !== null }) !== undefined
  })
}
