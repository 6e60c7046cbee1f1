import type { Tx } from '@/lib/db/client'
import type { Used } from './amount-views'

interface Row extends Used {
  readonly runtimeId: string
}

export const nothingUsed: Used = { units: 0, cpuMillis: 0, memoryMib: 0, diskMib: 0 }

/**
 * What an organisation's units in these runtimes have, and what its live records have promised themselves; one record may be left
 * out. A unit that moves has its room once, and one that grows is one unit.
 */
export async function usedBy(
  tx: Tx,
  organizationId: string,
  runtimeIds: readonly string[],
  exceptRecordId: string | null = null,
): Promise<Map<string, Used>> {
  if (runtimeIds.length === 0) return new Map()
  const rows = await tx.$queryRaw<Row[]>`
    select "runtimeId", sum(units)::int as units, sum("cpuMillis")::int as "cpuMillis", sum("memoryMib")::int as "memoryMib",
      sum("diskMib")::int as "diskMib"
    from (
      select m."runtimeId", 1 as units, a."cpuMillis", a."memoryMib", a."diskMib"
      from "Allocation" a join "Machine" m on m.id = a."machineId" join "Unit" u on u.id = a."unitId"
      join "Stage" s on s.id = u."stageId" join "Service" v on v.id = s."serviceId"
      where a."to" is null and v."organizationId" = ${organizationId} and m."runtimeId" = any(${[...runtimeIds]}::text[])
      union all
      select m."runtimeId", case when l.id is null then 1 else 0 end, r."cpuMillis", r."memoryMib", r."diskMib"
      from "Reservation" r join "DeployRecord" d on d.id = r."recordId" join "Machine" m on m.id = r."machineId"
      left join lateral (
        select u.id from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
        where u."stageId" = d."stageId" and u."removedAt" is null and u.ordinal = nullif(split_part(r."unitId", '/', 2), '')::int
      ) l on true
      where r."endedAt" is null and d."organizationId" = ${organizationId} and d.kind not in ('migrate', 'failover')
        and m."runtimeId" = any(${[...runtimeIds]}::text[]) and r."recordId" <> ${exceptRecordId ?? ''}
      union all
      select p."runtimeId", p.count, p.count * coalesce(s."cpuMillis", (c -> 'resources' ->> 'cpuMillis')::int, 0),
        p.count * coalesce(s."memoryMib", (c -> 'resources' ->> 'memoryMib')::int, 0), 0
      from "Placement" p join "Runtime" t on t.id = p."runtimeId" and t.kind = 'cluster' join "Stage" s on s.id = p."stageId"
      join "Service" v on v.id = s."serviceId" join "Release" l on l.id = p."releaseId" join "PackageVersion" k on k.id = l."packageVersionId"
      cross join lateral jsonb_array_elements(k.manifest -> 'components') c
      where c ->> 'name' = v.component and p.count > 0 and not v."isRoute" and v."organizationId" = ${organizationId} and p."runtimeId" = any(${[...runtimeIds]}::text[])
    ) x group by "runtimeId"`
  return new Map(rows.map(({ runtimeId, ...used }) => [runtimeId, used]))
}
