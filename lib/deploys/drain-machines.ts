import { db } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { logger } from '@/lib/logger'
import { freshnessOf } from '@/lib/machines/freshness'
import { askAgain, forgetPauses } from './ask-again'
import { loadUnitsOn } from './load-units-on'
import { whyNotMigrate } from './why-stays'

const by = 'sweep:drain'
const log = logger('sweep.drain')

/** Machines that an operator drains: what may move is asked for, one record a stage; it moves as the stage's limit allows. */
export async function drainMachines(limit = 100): Promise<number> {
  const machines = await db.machine.findMany({
    where: { drainSince: { not: null }, removedAt: null, state: { in: ['inited', 'ready'] } },
    orderBy: { drainSince: 'asc' },
    take: limit,
  })
  const heard = machines.filter((machine) => freshnessOf(machine) === 'known')
  const names = new Map(heard.map((machine) => [machine.id, machine.name]))
  const moving = (await loadUnitsOn(db, [...names.keys()])).filter((one) => whyNotMigrate(one) === undefined)
  const byStage = groupBy(moving, ({ unit }) => unit.stageId)
  for (const [stageId, list] of byStage) {
    const from = [...new Set(list.map(({ allocation }) => names.get(allocation.machineId) ?? ''))].sort().join(', ')
    await askAgain({
      stageId,
      kind: 'migrate',
      unitNames: list.map(({ name }) => name),
      placementIds: [...new Set(list.map(({ unit }) => unit.placementId))],
      by,
      because: `${from} is drained`,
      cause: { code: 'machine_drained', values: { machines: from } },
    }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a move could not be asked for'))
  }
  if (machines.length < limit) await forgetPauses('migrate', [...byStage.keys()])
  return byStage.size
}
