import { pool, type Tx } from '@/lib/db/client'
import { type Machine, Prisma } from '@/lib/db/generated/client'
import type { Facts } from '@/lib/protocol/messages'
import type { MachineView } from './views'

type Reported = Partial<Pick<Facts, 'isolation' | 'isolationReason' | 'refusesUnits'>>

/** As whom the units of this machine run, as its agent says; null = it has not said anything yet. */
export function accountsOf({ facts }: Pick<Machine, 'facts'>): MachineView['accounts'] {
  const { isolation, isolationReason, refusesUnits } = facts as Reported
  if (!isolation) return null
  const kind = refusesUnits ? 'refused' : isolation === 'agent_user' ? 'shared' : 'separate'
  return { kind, reason: isolationReason ?? null }
}

/** The same in SQL, of a machine `m`. */
export const isRefused = `coalesce(m.facts ->> 'refusesUnits' = 'true', false)`
export const isShared = `coalesce(m.facts ->> 'isolation' = 'agent_user', false) and not ${isRefused}`

export interface AccountCounts {
  readonly machines: number
  readonly shared: number
  readonly refused: number
}

/** How many machines each of these pools has, and as whom their units run. */
export async function countAccounts(runtimeIds: readonly string[]): Promise<Map<string, AccountCounts>> {
  const { rows } = await pool.query<AccountCounts & { id: string }>(
    `select m."runtimeId" as id, count(*)::int as machines, count(*) filter (where ${isShared})::int as shared,
       count(*) filter (where ${isRefused})::int as refused
     from "Machine" m where m."removedAt" is null and m."runtimeId" = any($1) group by m."runtimeId"`,
    [[...new Set(runtimeIds)]],
  )
  return new Map(rows.map((row) => [row.id, row]))
}

/**
 * Machines of these (a query of ids) that serve another organisation than this one: whatever of it is there, is promised, or may have
 * been left behind could be read by whoever comes next where all units share one account.
 */
export const servingOthers = (machines: Prisma.Sql, organizationId: string): Prisma.Sql => Prisma.sql`
    select a."machineId" from "Allocation" a join "Unit" u on u.id = a."unitId" join "Stage" t on t.id = u."stageId"
      join "Service" s on s.id = t."serviceId"
      where a."machineId" in (${machines}) and a."to" is null and s."organizationId" <> ${organizationId}
    union select r."machineId" from "Reservation" r join "DeployRecord" d on d.id = r."recordId"
      where r."machineId" in (${machines}) and r."endedAt" is null and d."organizationId" <> ${organizationId}
    union select l."machineId" from "Ledger" l
      where l."machineId" in (${machines}) and l."closedAt" is null and l.kind in ('unit', 'data') and l."organizationId" <> ${organizationId}`

/** Of machines whose units share one account: which serve another organisation than this one. */
export async function serveOthers(tx: Tx, machines: readonly Machine[], organizationId: string): Promise<Set<string>> {
  const shared = machines.filter((machine) => accountsOf(machine)?.kind === 'shared').map((machine) => machine.id)
  if (shared.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ machineId: string }[]>(servingOthers(Prisma.sql`select unnest(${shared}::text[])`, organizationId))
  return new Set(rows.map((row) => row.machineId))
}
