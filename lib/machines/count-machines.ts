import { pool } from '@/lib/db/client'
import type { MachineState } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { heardLimit } from '@/lib/services/stage-health'

interface Counted {
  readonly state: MachineState
  /** Heard lately enough to be believed. */
  readonly isKnown: boolean
  readonly count: number
}

/** How many machines of each pool are in which state, counted where they lie: a pool may have thousands. */
export async function countMachines(runtimeIds: readonly string[]): Promise<(runtimeId: string) => readonly Counted[]> {
  const { rows } = await pool.query<Counted & { runtimeId: string }>(
    `select m."runtimeId", m.state, coalesce(m."heardAt" >= $2::timestamp, false) as "isKnown", count(*)::int as count
     from "Machine" m where m."removedAt" is null and m."runtimeId" = any($1::text[]) group by 1, 2, 3`,
    [runtimeIds, heardLimit().toISOString()],
  )
  const counted = groupBy(rows, (row) => row.runtimeId)
  return (runtimeId) => counted.get(runtimeId) ?? []
}

export const sumOf = (counted: readonly Counted[], isMeant: (one: Counted) => boolean = () => true): number =>
  counted.filter(isMeant).reduce((sum, one) => sum + one.count, 0)

/** How many units the machines of each pool hold. */
export async function countUnits(runtimeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ id: string; count: number }>(
    `select m."runtimeId" as id, count(*)::int as count from "Allocation" a join "Machine" m on m.id = a."machineId"
     where a."to" is null and m."removedAt" is null and m."runtimeId" = any($1::text[]) group by 1`,
    [runtimeIds],
  )
  return new Map(rows.map((row) => [row.id, row.count]))
}
