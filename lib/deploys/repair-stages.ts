import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { isRefused, isShared } from '@/lib/machines/accounts'
import { heardLimit } from '@/lib/services/stage-health'
import { askAgain, forgetPauses } from './ask-again'
import { stagesBehind } from './catch-up-clusters'
import { pagesOf } from './pages-of'

const by = 'sweep:repair'
const log = logger('sweep.repair')

interface Short {
  readonly id: string
  readonly wanted: number
  readonly there: number
}

/** Of what there is one a machine: ready machines of its pool that have none. */
const bareMachines = `
  select count(*) as n from "Machine" m
  where d.one and p.count > 0 and m."runtimeId" = p."runtimeId" and m."removedAt" is null and m.state = 'ready' and not m.maintenance
    and m.labels @> coalesce(p.rules -> 'labels', '{}') and m."drainSince" is null and not m."identityConflict" and m."heardAt" >= $1::timestamp
    and not ${isRefused} and not (${isShared} and exists (
      select 1 from "Allocation" a join "Unit" o on o.id = a."unitId" join "Stage" g on g.id = o."stageId" join "Service" w on w.id = g."serviceId"
      where a."machineId" = m.id and a."to" is null and w."organizationId" <> v."organizationId"))
    and not exists (select 1 from "MachineSignal" g where g."machineId" = m.id and g."raisedAt" is not null)
    and not exists (select 1 from "Allocation" a join "Unit" o on o.id = a."unitId" where a."machineId" = m.id and a."to" is null and o."placementId" = p.id)`

const shortStages = `
  select p."stageId" as id, sum(case when d.one then u.n + b.n else p.count end)::int as wanted,
    sum(case when d.one then u.n else least(p.count, u.n) end)::int as there
  from "Placement" p join "Runtime" z on z.id = p."runtimeId" and z.kind = 'pool' join "Stage" s on s.id = p."stageId" join "Service" v on v.id = s."serviceId" and v."removedAt" is null
  left join "Release" r on r.id = p."releaseId" left join "PackageVersion" k on k.id = r."packageVersionId"
  cross join lateral (select exists (
    select 1 from jsonb_array_elements(k.manifest->'components') c where c->>'name' = v.component and c->>'mode' = 'daemon') as one) d
  cross join lateral (select count(*) as n from "Unit" x where x."placementId" = p.id and x."removedAt" is null) u
  cross join lateral (${bareMachines}) b
  where not exists (select 1 from "DeployRecord" l where l."stageId" = p."stageId" and l.state in ('queued', 'running', 'paused', 'cancelling'))
  group by p."stageId" having bool_or(case when d.one then b.n > 0 else p.count > u.n end)`

/** Of those the ones that may be asked for now: no pause of theirs holds, no repair waits for a person, and automation acts in their pools. */
const dueStages = `
  select f.* from (${shortStages}) f
  where f.id > $2 and not exists (select 1 from "Hub" where "automationOffSince" is not null)
    and not exists (select 1 from "AutomationPause" w left join "DeployRecord" l on l.id = w."recordId"
      where w."stageId" = f.id and w.kind = 'repair' and w."nextAt" > $4::timestamp and l.state is distinct from 'succeeded')
    and not exists (select 1 from "DeployRecord" l where l."stageId" = f.id and l.kind = 'repair' and l.state in ('planning', 'awaiting_approval'))
    and not exists (select 1 from "Placement" q join "Runtime" t on t.id = q."runtimeId"
      where q."stageId" = f.id and (t."automationOffSince" is not null or t."lossSince" is not null))
  order by f.id limit $3`

/** Stages that have fewer units than their placements say, while nobody changes them: what is missing is made again. */
export async function repairStages(): Promise<number> {
  let asked = 0
  for await (const rows of pagesOf(duePage)) {
    asked += rows.length
    for (const { id: stageId, wanted, there } of rows) {
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
  }
  await forgetNeedless()
  return asked
}

async function duePage(after: string, take: number): Promise<Short[]> {
  const { rows } = await pool.query<Short>(dueStages, [heardLimit().toISOString(), after, take, clock.now().toISOString()])
  return rows
}

/** A stage whose repair is under way is not short by this look; its pause must outlive that. */
async function forgetNeedless(): Promise<void> {
  if ((await db.automationPause.count({ where: { kind: 'repair' } })) === 0) return
  const { rows } = await pool.query<Pick<Short, 'id'>>(`select f.id from (${shortStages}) f`, [heardLimit().toISOString()])
  const live = await db.deployRecord.findMany({ where: { kind: 'repair', endedAt: null }, select: { stageId: true } })
  await forgetPauses('repair', [...rows.map((row) => row.id), ...live.flatMap((record) => record.stageId ?? []), ...(await stagesBehind())])
}
