import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { type LedgerWord, ledgerWords } from '@/lib/ledger/words'
import { tellPeers } from '@/lib/relations/tell-peers'
import { moveUnit } from '@/lib/services/move-unit'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { removeFromMachine } from './set-desired'

/**
 * Each unit goes into the ledger and keeps no machine: it may run on there, and nobody here counts on it. Should the machine
 * return, it takes them down; their data stay there until a person decides. `unitIds` missing = all.
 */
export async function giveUpUnits(
  tx: Tx,
  machine: Pick<Machine, 'id' | 'name'>,
  why: LedgerWord,
  unitIds?: readonly string[],
): Promise<void> {
  const allocations = await tx.allocation.findMany({
    where: { machineId: machine.id, to: null, ...(unitIds ? { unitId: { in: [...unitIds] } } : {}) },
    include: { unit: { include: { stage: { include: { service: true } } } } },
    orderBy: { unitId: 'asc' },
  })
  for (const { id, generation, unit } of allocations) {
    const { service } = unit.stage
    const unitName = `${service.name}/${unit.ordinal}`
    await tx.ledger.create({
      data: {
        organizationId: service.organizationId,
        kind: 'unit',
        machineId: machine.id,
        unitId: unit.id,
        unitName,
        generation,
        ...ledgerWords({ code: 'left_given_up', values: { unit: unitName, machine: machine.name } }, why),
      },
    })
    await tx.allocation.update({ where: { id }, data: { to: clock.now() } })
    await tx.machinePort.deleteMany({ where: { allocationId: id } })
    await removeFromMachine(tx, unit.id, machine.id)
    await moveUnit(tx, unit, 'removed', { transition: null, held: false, heldRecordId: null, stateBefore: null })
  }
  const stageIds = [...new Set(allocations.map(({ unit }) => unit.stageId))]
  await raiseInputs(tx, stageIds)
  await tellPeers(tx, stageIds)
}
