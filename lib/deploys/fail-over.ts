import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { groupBy } from '@/lib/group-by'
import type { LedgerWord } from '@/lib/ledger/words'
import { logger } from '@/lib/logger'
import { countFailovers } from '@/lib/machines/count-failovers'
import { freshnessOf } from '@/lib/machines/freshness'
import { giveUpUnits } from '@/lib/machines/give-up-units'
import { moveMachine } from '@/lib/machines/move-machine'
import { isLost } from '@/lib/machines/signals-of'
import { markUnreachable } from '@/lib/machines/unreachable-data'
import { askAgain, forgetPauses } from './ask-again'
import { loadUnitsOn, type UnitOn } from './load-units-on'
import { lockStage } from './lock-record'
import { pagesOf } from './pages-of'
import { whyNotFailOver } from './why-stays'

const sweep = systemActor('sweep:fail-over')
const log = logger('sweep.fail-over')

/**
 * Machines with a fault: what may be made again elsewhere is asked for, one record a stage; what may not says why; one that was
 * emptied is in error. Pools where automation rests are left alone.
 */
export async function failOver(): Promise<number> {
  const moving: [Machine, UnitOn][] = []
  let tended = 0
  for await (const machines of pagesOf(lostPage)) {
    const lost = machines.filter(isLost)
    const units = groupBy(
      await loadUnitsOn(
        db,
        lost.map((machine) => machine.id),
      ),
      ({ allocation }) => allocation.machineId,
    )
    for (const machine of lost) {
      try {
        for (const found of await tend(machine, units.get(machine.id) ?? [])) moving.push([machine, found])
      } catch (error) {
        log.warn({ err: error, machine: machine.name }, 'a lost machine could not be tended')
      }
    }
    tended += lost.length
  }
  const byStage = groupBy(moving, ([, { unit }]) => unit.stageId)
  for (const [stageId, list] of byStage) await ask(stageId, list)
  await forgetPauses('failover', [...byStage.keys()])
  return tended
}

/** Of a machine that has no units, and had none since its fault, there is nothing to do. */
async function lostPage(after: string, take: number) {
  const { rows } = await pool.query<{ id: string }>(
    `select m.id from "Machine" m join "Runtime" r on r.id = m."runtimeId" and r."automationOffSince" is null and r."lossSince" is null
     where m.state = 'error_detected' and m."removedAt" is null and m.id > $1
       and exists (select 1 from "Allocation" a where a."machineId" = m.id and (a."to" is null or a."to" >= m."stateSince"))
     order by m.id limit $2`,
    [after, take],
  )
  return db.machine.findMany({ where: { id: { in: rows.map((row) => row.id) } }, include: { signals: true }, orderBy: { id: 'asc' } })
}

/** Does what needs no plan, and returns the units that shall be made again elsewhere. */
async function tend(machine: Machine, units: readonly UnitOn[]): Promise<UnitOn[]> {
  const stays = new Map(units.map((one) => [one, whyNotFailOver({ ...one, isOff: machine.saidOffAt !== null })]))
  const bound = units.filter((one) => stays.get(one) === 'data_on_machine')
  if (freshnessOf(machine) === 'unknown') {
    await markUnreachable(
      machine,
      bound.map(({ unit }) => unit.id),
    )
  }
  const broken = units.filter((one) => stays.get(one) === 'in_error' || (stays.get(one) === 'never_ran' && one.unit.held))
  // Of these there is one a machine: with this machine it goes.
  const ofMachine = units.filter((one) => stays.get(one) === 'daemon_one_each')
  for (const one of broken) await writeOff(machine, one, { code: 'because_in_error' })
  for (const one of ofMachine) await writeOff(machine, one, { code: 'because_one_each' })
  if (units.length === broken.length + ofMachine.length) await leaveEmpty(machine)
  return units.filter((one) => stays.get(one) === undefined)
}

/** A unit in error keeps no lost machine (5-model 2, Held): it goes into the ledger, and what is missing then is repaired. */
async function writeOff(machine: Machine, { unit, allocation, component }: UnitOn, why: LedgerWord): Promise<void> {
  await transaction(async (tx) => {
    await lockStage(tx, unit.stageId)
    const [now] = await tx.$queryRaw<{ state: string }[]>`select state from "Unit" where id = ${unit.id} for update`
    const there = await tx.allocation.count({ where: { id: allocation.id, to: null } })
    const inHand = await tx.task.count({ where: { unitId: unit.id, state: { in: ['pending', 'ready', 'running'] } } })
    if (now?.state !== unit.state || there === 0 || inHand > 0) return
    await giveUpUnits(tx, machine, why, [unit.id])
    if (component.mode !== 'daemon') return
    const less = { decrement: 1 }
    await tx.placement.updateMany({ where: { id: unit.placementId, count: { gt: 0 } }, data: { count: less, wantedCount: less } })
  })
}

/** Only a machine whose units have left goes to error; one that had none may simply come back. */
async function leaveEmpty(machine: Machine): Promise<void> {
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machine.id} for update`
    const now = await tx.machine.findUniqueOrThrow({ where: { id: machine.id } })
    const left = await tx.allocation.count({ where: { machineId: now.id, to: { gte: now.stateSince } } })
    const there = await tx.allocation.count({ where: { machineId: now.id, to: null } })
    if (now.state !== 'error_detected' || left === 0 || there > 0 || (await countFailovers(tx, now)) > 0) return
    await moveMachine(tx, sweep, now, 'units_moved')
  })
}

async function ask(stageId: string, list: readonly (readonly [Machine, UnitOn])[]): Promise<void> {
  const names = [...new Set(list.map(([machine]) => machine.name))].sort()
  const since = list.map(([machine]) => machine.stateSince).sort((a, b) => a.getTime() - b.getTime())[0] ?? clock.now()
  await askAgain({
    stageId,
    kind: 'failover',
    unitNames: list.map(([, { name }]) => name),
    placementIds: [...new Set(list.map(([, { unit }]) => unit.placementId))],
    by: sweep.id,
    because: `${names.join(', ')} lost since ${since.toISOString()}`,
    cause: { code: 'machine_lost', values: { machines: names.join(', '), since: since.toISOString() } },
  }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a failover could not be asked for'))
}
