import { db, pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { heardLimit } from '@/lib/services/stage-health'
import { askAgain, forgetPauses } from './ask-again'

const by = 'sweep:repair'
const log = logger('sweep.repair')

interface Short {
  readonly stageId: string
  readonly wanted: number
  readonly there: number
}

/** Of what there is one a machine: ready machines of its pool that have none. */
const bareMachines = `
  select count(*) as n from "Machine" m
  where d.one and p.count > 0 and m."runtimeId" = p."runtimeId" and m."removedAt" is null and m.state = 'ready' and not m.maintenance
    and m.labels @> coalesce(p.rules -> 'labels', '{}') and m."drainSince" is null and not m."identityConflict" and m."heardAt" >= $2::timestamp
    and not exists (select 1 from "MachineSignal" g where g."machineId" = m.id and g."raisedAt" is not null)
    and not exists (select 1 from "Allocation" a join "Unit" o on o.id = a."unitId" where a."machineId" = m.id and a."to" is null and o."placementId" = p.id)`

const shortQuery = `
  select p."stageId", sum(case when d.one then u.n + b.n else p.count end)::int as wanted,
    sum(case when d.one then u.n else least(p.count, u.n) end)::int as there
  from "Placement" p join "Stage" s on s.id = p."stageId" join "Service" v on v.id = s."serviceId" and v."removedAt" is null
  left join "Release" r on r.id = p."releaseId" left join "PackageVersion" k on k.id = r."packageVersionId"
  cross join lateral (select exists (
    select 1 from jsonb_array_elements(k.manifest->'components') c where c->>'name' = v.component and c->>'mode' = 'daemon') as one) d
  cross join lateral (select count(*) as n from "Unit" x where x."placementId" = p.id and x."removedAt" is null) u
  cross join lateral (${bareMachines}) b
  where not exists (select 1 from "DeployRecord" l where l."stageId" = p."stageId" and l.state in ('queued', 'running', 'paused', 'cancelling'))
  group by p."stageId" having bool_or(case when d.one then b.n > 0 else p.count > u.n end) order by p."stageId" limit $1`

/** Stages that have fewer units than their placements say, while nobody changes them: what is missing is made again. */
export async function repairStages(limit = 100): Promise<number> {
  const { rows } = await pool.query<Short>(shortQuery, [limit, heardLimit().toISOString()])
  for (const { stageId, wanted, there } of rows) {
    await askAgain({
      stageId,
      kind: 'repair',
      // Only what is missing: units that are there and in trouble are a person's business.
      unitNames: [],
      by,
      because: `${there} of ${wanted} units are there`,
      cause: { code: 'units_missing', values: { there, wanted } },
    }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a repair could not be asked for'))
  }
  if (rows.length < limit) await forgetPauses('repair', await liveOrShort(rows))
  return rows.length
}

/** A stage whose repair is under way is not short by this look; its pause must outlive that. */
async function liveOrShort(rows: readonly Short[]): Promise<string[]> {
  const live = await db.deployRecord.findMany({ where: { kind: 'repair', endedAt: null }, select: { stageId: true } })
  return [...rows, ...live].flatMap((row) => row.stageId ?? [])
}
