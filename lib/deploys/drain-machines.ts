import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { askAgain, forgetPauses } from './ask-again'
import { loadUnitsOn, type UnitOn } from './load-units-on'
import { pagesOf } from './pages-of'
import { whyNotMigrate } from './why-stays'

const by = 'sweep:drain'
const log = logger('sweep.drain')

/** Machines that an operator drains: what may move is asked for, one record a stage; it moves as the stage's limit allows. */
export async function drainMachines(): Promise<number> {
  const names = new Map<string, string>()
  const moving: UnitOn[] = []
  for await (const machines of pagesOf(drainedPage)) {
    for (const { id, name } of machines) names.set(id, name)
    const units = await loadUnitsOn(
      db,
      machines.map((machine) => machine.id),
    )
    moving.push(...units.filter((one) => whyNotMigrate(one) === undefined))
  }
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
  await forgetPauses('migrate', [...byStage.keys()])
  return byStage.size
}

/** Those that answer and are not empty yet. */
const drainedPage = (after: string, take: number) =>
  db.machine.findMany({
    where: {
      id: { gt: after },
      drainSince: { not: null },
      removedAt: null,
      state: { in: ['inited', 'ready'] },
      heardAt: { gte: new Date(clock.nowMs() - pace('unknownAfter')) },
      allocations: { some: { to: null } },
    },
    select: { id: true, name: true },
    orderBy: { id: 'asc' },
    take,
  })
