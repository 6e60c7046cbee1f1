import { db } from '@/lib/db/client'
import { Prisma } from '@/lib/db/generated/client'
import { heardLimit } from '@/lib/services/stage-health'
import { isRefused, isShared, servingOthers } from './accounts'
import { signalNames } from './signal-views'

/** What a form says of the machines of a pool. */
export interface Room {
  readonly machines: number
  /** That take new units of this organisation. */
  readonly readyMachines: number
  /** On one of them; null = none is ready. */
  readonly largestFreeMemoryMib: number | null
  readonly largestFreeCpuMillis: number | null
}

const [refused, shared] = [Prisma.raw(isRefused), Prisma.raw(isShared)]

/** The room that the planner would see (`loadMachineFacts`), counted where it lies: a pool may have thousands of machines. */
export async function countRoom(runtimeIds: readonly string[], organizationId: string): Promise<ReadonlyMap<string, Room>> {
  const rows = await db.$queryRaw<(Room & { id: string })[]>`
    with here as (
      select m.id, m."runtimeId", m."cpuMillis", m."memoryMib", ${shared} as "isShared",
        m.state = 'ready' and not m."identityConflict" and not m.maintenance and m."drainSince" is null and not ${refused}
          and coalesce(m."heardAt" >= ${heardLimit().toISOString()}::timestamp, false)
          and not exists (select 1 from "MachineSignal" s where s."machineId" = m.id and s."raisedAt" is not null
            and s.signal = any(${signalNames})) as takes
      from "Machine" m where m."removedAt" is null and m.state <> 'offline' and m."runtimeId" = any(${runtimeIds})
    ), others as (${servingOthers(Prisma.sql`select id from here where "isShared"`, organizationId)}
    ), used as (
      select "machineId", sum("cpuMillis") as cpu, sum("memoryMib") as memory from (
        select "machineId", "cpuMillis", "memoryMib" from "Allocation" where "to" is null
        union all select "machineId", "cpuMillis", "memoryMib" from "Reservation" where "endedAt" is null
      ) each where "machineId" in (select id from here) group by 1
    ), room as (
      select here."runtimeId", here.takes and others."machineId" is null as ready,
        here."memoryMib" - coalesce(used.memory, 0) as memory, here."cpuMillis" - coalesce(used.cpu, 0) as cpu
      from here left join others on others."machineId" = here.id left join used on used."machineId" = here.id
    )
    select "runtimeId" as id, count(*)::int as machines, count(*) filter (where ready)::int as "readyMachines",
      (max(greatest(memory, 0)) filter (where ready))::int as "largestFreeMemoryMib",
      (max(greatest(cpu, 0)) filter (where ready))::int as "largestFreeCpuMillis"
    from room group by 1`
  return new Map(rows.map(({ id, ...room }) => [id, room]))
}
