import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { Machine, MachineSignal } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { pace } from '@/lib/pace'
import { clockBoundsSeconds, diskBounds, failingBounds, type Reading } from './signals'
import { dataUnreachable } from './unreachable-data'

export interface Signed {
  readonly machine: Machine & { readonly signals: MachineSignal[] }
  readonly reading: Reading
}

export const watchedStates = ['inited', 'ready', 'error_detected', 'error'] as const

/**
 * Only machines that show anything at all, or did at the last look: of thousands nearly all are well, and are not read. The bounds
 * are those at which trouble is surely over, so that none is missed.
 */
const noticeable = `
  select m.id from "Machine" m
  where m."removedAt" is null and (
    exists (select 1 from "MachineSignal" s where s."machineId" = m.id)
    or m.state = 'error_detected' and m."stateReason" like 'fault_%'
    or m.state = any($1::"MachineState"[]) and (
      m."heardAt" < $2::timestamp or m."diskTrouble" is not null or m."diskFreeMib" < least(m."diskMib" * $3::float, $4::float)
      or abs(m."clockOffSeconds") > $5 or cardinality(m."cameBackAt") > 0 or m.id = any($6)))
  order by m.id`

/** The condition is written as its partial index has it, so that only units with a trouble are ever read. */
const failingUnits = `
  select a."machineId" as id, count(*)::int as units, count(distinct t."serviceId")::int as services
  from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null join "Stage" t on t.id = u."stageId"
  where u."removedAt" is null and (u.state = 'error' or u.held or u.restarts > 0)
    and u.state = 'error' and not u.held and u.code is distinct from $1
  group by a."machineId" having count(*) >= $2`

/** What there is to see of machines with any sign of trouble. */
export async function readSigns(listeningSince: Date): Promise<Signed[]> {
  const { rows } = await pool.query<{ id: string; units: number; services: number }>(failingUnits, [dataUnreachable, failingBounds.units])
  const failing = new Map(rows.map((row) => [row.id, row]))
  const { free } = diskBounds
  const silentSince = new Date(clock.nowMs() - pace('unknownAfter')).toISOString()
  const asked = [[...watchedStates], silentSince, free.share, free.mostMib, clockBoundsSeconds.right, [...failing.keys()]]
  const found = await pool.query<{ id: string }>(noticeable, asked)
  const ids = found.rows.map((row) => row.id)
  if (ids.length === 0) return []
  const machines = await db.machine.findMany({ where: { id: { in: ids } }, include: { signals: true }, orderBy: { id: 'asc' } })
  const placed = await db.allocation.findMany({ where: { machineId: { in: [...failing.keys()] }, to: null }, select: { machineId: true } })
  const units = groupBy(placed, (allocation) => allocation.machineId)
  const nowMs = clock.nowMs()
  return machines.map((machine) => ({
    machine,
    reading: {
      nowMs,
      listeningMs: listeningSince.getTime(),
      heardMs: machine.heardAt?.getTime() ?? 0,
      maintenance: machine.maintenance,
      diskMib: machine.diskMib,
      diskFreeMib: machine.diskFreeMib,
      diskTrouble: machine.diskTrouble,
      clockOffSeconds: machine.clockOffSeconds,
      units: units.get(machine.id)?.length ?? 0,
      failing: failing.get(machine.id) ?? { units: 0, services: 0 },
      cameBackMs: machine.cameBackAt.map((at) => at.getTime()),
    },
  }))
}
