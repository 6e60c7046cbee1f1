import { transaction } from '@/lib/db/transaction'
import { untoldUnits } from '@/lib/relations/unit-relations'
import { requestAutomation } from './request-automation'

/**
 * Tells the units of a stage what has changed on the other side of its relations, as a record of its own. However many changes
 * led here: one record tells what is true when it runs, and its end looks again.
 */
export async function relateStage({ stageId }: { stageId: string }): Promise<void> {
  const unitNames = await transaction(async (tx) => {
    const ids = await untoldUnits(tx, stageId)
    const units = await tx.unit.findMany({ where: { id: { in: ids } }, include: { stage: { include: { service: true } } } })
    return units.map((unit) => `${unit.stage.service.name}/${unit.ordinal}`)
  })
  if (unitNames.length === 0) return
  await requestAutomation({ stageId, kind: 'relate', unitNames, by: 'relations', because: 'the other side of a relation changed' })
}
