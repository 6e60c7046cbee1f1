import type { Tx } from '@/lib/db/client'
import type { Used } from './amount-views'

export const nothingUsed: Used = { services: 0, units: 0, cpuMillis: 0, memoryMib: 0, diskMib: 0 }

export interface UsedThere extends Used {
  /** The service that is asked about is one of these already. */
  readonly hasIt: boolean
}

interface Ask {
  readonly organizationId: string
  /** Null = wherever it runs. */
  readonly runtimeIds: readonly string[] | null
  /** One record may be left out. */
  readonly exceptRecordId?: string | null
  readonly serviceId?: string
}

interface Row extends UsedThere {
  /** By what it was summed up. */
  readonly by: (typeof sums)[keyof typeof sums]
  readonly runtimeId: string | null
  readonly applicationId: string | null
}

export interface UsedUp {
  readonly byRuntime: ReadonlyMap<string, UsedThere>
  readonly byApplication: ReadonlyMap<string, UsedThere>
  readonly all: UsedThere
}

/** As PostgreSQL says what a sum leaves out: a bit for each of runtime and application. */
const sums = { runtime: 1, application: 2, all: 3 } as const

const none: UsedThere = { ...nothingUsed, hasIt: false }

/**
 * What an organisation's units have, and what its live records have promised themselves: in each runtime, of each application, and
 * altogether. A unit that moves has its room once, and one that grows is one unit. A service counts where it has units, or will have.
 */
export async function usedIn(tx: Tx, { organizationId, runtimeIds, exceptRecordId, serviceId }: Ask): Promise<UsedUp> {
  if (runtimeIds?.length === 0) return { byRuntime: new Map(), byApplication: new Map(), all: none }
  const ids = runtimeIds ? [...runtimeIds] : null
  const rows = await tx.$queryRaw<Row[]>`
    select "runtimeId", "applicationId", grouping("runtimeId", "applicationId") as by, coalesce(sum(units), 0)::int as units, coalesce(sum("cpuMillis"), 0)::int as "cpuMillis",
      coalesce(sum("memoryMib"), 0)::int as "memoryMib", coalesce(sum("diskMib"), 0)::int as "diskMib",
      count(distinct "serviceId")::int as services, coalesce(bool_or("serviceId" = ${serviceId ?? ''}), false) as "hasIt"
    from (
      select m."runtimeId", v."applicationId", v.id as "serviceId", 1 as units, a."cpuMillis", a."memoryMib", a."diskMib"
      from "Allocation" a join "Machine" m on m.id = a."machineId" join "Unit" u on u.id = a."unitId"
      join "Stage" s on s.id = u."stageId" join "Service" v on v.id = s."serviceId"
      where a."to" is null and v."organizationId" = ${organizationId} and (${ids}::text[] is null or m."runtimeId" = any(${ids}::text[]))
      union all
      select m."runtimeId", d."applicationId", d."serviceId", case when l.id is null then 1 else 0 end, r."cpuMillis", r."memoryMib", r."diskMib"
      from "Reservation" r join "DeployRecord" d on d.id = r."recordId" join "Machine" m on m.id = r."machineId"
      left join lateral (
        select u.id from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
        where u."stageId" = d."stageId" and u."removedAt" is null and u.ordinal = nullif(split_part(r."unitId", '/', 2), '')::int
      ) l on true
      where r."endedAt" is null and d."organizationId" = ${organizationId} and d.kind not in ('migrate', 'failover')
        and (${ids}::text[] is null or m."runtimeId" = any(${ids}::text[])) and r."recordId" <> ${exceptRecordId ?? ''}
      union all
      select p."runtimeId", v."applicationId", v.id, p.count, p.count * coalesce(s."cpuMillis", (c -> 'resources' ->> 'cpuMillis')::int, 0),
        p.count * coalesce(s."memoryMib", (c -> 'resources' ->> 'memoryMib')::int, 0), 0
      from "Placement" p join "Runtime" t on t.id = p."runtimeId" and t.kind = 'cluster' join "Stage" s on s.id = p."stageId"
      join "Service" v on v.id = s."serviceId" join "Release" l on l.id = p."releaseId" join "PackageVersion" k on k.id = l."packageVersionId"
      cross join lateral jsonb_array_elements(k.manifest -> 'components') c
      where c ->> 'name' = v.component and p.count > 0 and not v."isRoute" and v."organizationId" = ${organizationId}
        and (${ids}::text[] is null or p."runtimeId" = any(${ids}::text[]))
    ) x group by grouping sets (("runtimeId"), ("applicationId"), ())`
  const byRuntime = new Map<string, UsedThere>()
  const byApplication = new Map<string, UsedThere>()
  let all = none
  for (const { by, runtimeId, applicationId, ...used } of rows) {
    if (by === sums.all) all = used
    else if (by === sums.runtime) byRuntime.set(runtimeId ?? '', used)
    else byApplication.set(applicationId ?? '', used)
  }
  return { byRuntime, byApplication, all }
}
