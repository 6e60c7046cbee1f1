import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import type { JobPayload } from '@/lib/queue/jobs'
import { type UntoldUnit, untoldUnits } from '@/lib/relations/unit-relations'
import { whatChanged } from '@/lib/relations/what-changed'
import { untoldWorkloads } from '@/lib/relations/workload-relations'
import { requestAutomation } from './request-automation'

/**
 * Tells the units of a stage what has changed on the other side of its relations, as a record of its own. However many changes
 * led here: one record tells what is true when it runs, and its end looks again.
 */
export async function relateStage({ stageId, recordId }: JobPayload<'relation.tell'>): Promise<void> {
  const found = await transaction(async (tx) => {
    const units = await untoldUnits(tx, stageId)
    const workloads = await untoldWorkloads(tx, stageId)
    return {
      unitNames: await namesOf(tx, units),
      placementIds: workloads.map((one) => one.placementId),
      changed: await whatChanged(tx, units.length > 0 ? units : workloads),
    }
  })
  if (found.unitNames.length + found.placementIds.length === 0) return
  // Told for the first time, with nobody there yet.
  const code = found.changed.names ? 'relation_changed' : 'relation_made'
  const by = recordId ? await db.deployRecord.findUnique({ where: { id: recordId }, select: { number: true } }) : null
  await requestAutomation({
    stageId,
    kind: 'relate',
    ...(found.unitNames.length > 0 ? { unitNames: found.unitNames } : { placementIds: found.placementIds }),
    by: 'relations',
    because: 'the other side of a relation changed',
    cause: { code, values: { ...found.changed, record: by ? String(by.number) : 'none' } },
  })
}

async function namesOf(tx: Tx, untold: readonly UntoldUnit[]): Promise<string[]> {
  const ids = untold.map((one) => one.unitId)
  const units = await tx.unit.findMany({ where: { id: { in: ids } }, include: { stage: { include: { service: true } } } })
  return units.map((unit) => `${unit.stage.service.name}/${unit.ordinal}`)
}
