import type { Tx } from '@/lib/db/client'
import { newId } from '@/lib/ids'
import { ordinalOf } from './plan-deploy'
import type { StageRecord } from './stage-record'

/**
 * At start the identities of new units come to be; where they run is decided by their reservations. Names are looked up again: a
 * record that was planned from the promise of another may name a unit that has come to be since, or one that is gone.
 */
export async function createUnits(tx: Tx, record: StageRecord): Promise<void> {
  const living = await tx.unit.findMany({ where: { stageId: record.stageId, removedAt: null }, select: { id: true, ordinal: true } })
  const tasks = await tx.task.findMany({
    where: { recordId: record.id, unitName: { not: null }, OR: [{ unitId: null }, { unitId: { notIn: living.map((unit) => unit.id) } }] },
    select: { unitName: true, targetId: true },
  })
  if (tasks.length === 0) return
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id }, select: { id: true, placementId: true } })
  const placementOf = new Map(targets.map((target) => [target.id, target.placementId]))
  const names = new Map(tasks.map((task) => [task.unitName as string, placementOf.get(task.targetId) as string]))
  const known = new Map(living.map((unit) => [unit.ordinal, unit.id]))
  const idOf = new Map([...names.keys()].map((name) => [name, known.get(ordinalOf(name)) ?? newId()]))
  await tx.unit.createMany({
    data: [...names]
      .filter(([name]) => !known.has(ordinalOf(name)))
      .map(([name, placementId]) => ({ id: idOf.get(name), stageId: record.stageId, placementId, ordinal: ordinalOf(name) })),
  })
  await tx.$executeRaw`
    update "Task" t set "unitId" = n.id from unnest(${[...idOf.keys()]}::text[], ${[...idOf.values()]}::text[]) as n(name, id)
    where t."recordId" = ${record.id} and t."unitName" = n.name`
}
