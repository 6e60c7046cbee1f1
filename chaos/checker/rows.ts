import { type Check, rowsOf, type Scene } from './look'

interface Said {
  readonly says: string
}

/** A query whose every row is a sentence about what should not be. */
const none =
  (sql: string): Check =>
  async (scene: Scene) =>
    (await rowsOf<Said>(scene, sql)).map(({ says }) => says)

const live = `('planning', 'awaiting_approval', 'queued', 'running', 'paused', 'cancelling')`

export const allEnded = none(`
  select format('#%s %s is still %s (%s)', r.number, r.kind, r.state, coalesce((select string_agg(format('%s %s %s %s', t.verb, t."unitName", t.state, t.owner), ', ' order by t.index)
    from "Task" t where t."recordId" = r.id and t.state in ('ready', 'running')), 'no task in hand')) as says
  from "DeployRecord" r where r."stageId" = $1 and r."endedAt" is null`)

export const ownersAndDeadlines = none(`
  select format('#%s: %s %s runs without %s', r.number, t.verb, t."unitName", case when t.owner is null then 'an owner' else 'a deadline' end) as says
  from "Task" t join "DeployRecord" r on r.id = t."recordId"
  where r."stageId" = $1 and t.state = 'running' and (t.owner is null or t."deadlineAt" is null)
  union all
  select format('#%s %s names neither a deadline nor whom it waits for', r.number, r.state) from "DeployRecord" r
  where r."stageId" = $1 and r.state in ('awaiting_approval', 'queued', 'paused', 'cancelling') and r."deadlineAt" is null and r."waitsForId" is null
    and not exists (select 1 from "Outbox" o where o."sentAt" is null and o.payload ->> 'recordId' = r.id)
  union all
  select format('#%s is %s and has no end', r.number, r.state) from "DeployRecord" r
  where r."stageId" = $1 and r.state not in ${live} and r."endedAt" is null`)

export const nothingFalselySucceeded = none(`
  select format('#%s succeeded although %s %s is %s', r.number, t.verb, t."unitName", t.state) as says
  from "Task" t join "DeployRecord" r on r.id = t."recordId"
  where r."stageId" = $1 and r.state = 'succeeded' and t.state not in ('succeeded', 'skipped') and not t."failureAllowed"`)

export const nothingReservedForNobody = none(`
  select format('#%s has ended and still reserves %s MiB', r.number, x."memoryMib") as says
  from "Reservation" x join "DeployRecord" r on r.id = x."recordId" where r."stageId" = $1 and r."endedAt" is not null and x."endedAt" is null
  union all
  select format('#%s has ended and still holds port %s', r.number, p.port) from "MachinePort" p join "DeployRecord" r on r.id = p."recordId"
  where r."stageId" = $1 and r."endedAt" is not null
    and not exists (select 1 from "Ledger" l where l."recordId" = r.id and l.kind = 'reservation' and l."closedAt" is null)
  union all
  select format('port %s belongs to an allocation that has ended', p.port) from "MachinePort" p join "Allocation" a on a.id = p."allocationId"
    join "Unit" u on u.id = a."unitId" where u."stageId" = $1 and a."to" is not null
  union all
  select format('#%s has ended and still locks the service', r.number) from "StageLock" l join "DeployRecord" r on r.id = l."recordId"
  where r."stageId" = $1 and r."endedAt" is not null
  union all
  select format('#%s has ended and still locks a unit', r.number) from "UnitLock" l join "DeployRecord" r on r.id = l."recordId"
  where r."stageId" = $1 and r."endedAt" is not null`)

/** Serving as was asked for, or left alone by name: nothing in between. */
export const whatDiffersIsHeld = none(`
  select format('unit %s is %s%s and is not held', u.ordinal, u.state, case when u."releaseId" is distinct from p."releaseId" then ' of another release' else '' end) as says
  from "Unit" u join "Placement" p on p.id = u."placementId"
  where u."stageId" = $1 and u."removedAt" is null and not u.held and (u.state <> 'running' or u."releaseId" is distinct from p."releaseId")
  union all
  select format('unit %s is held and no record is named', u.ordinal) from "Unit" u
  where u."stageId" = $1 and u."removedAt" is null and u.held and u."heldRecordId" is null
  union all
  select format('%s units of %s, and none of them is held', count(u.id), p.count) from "Placement" p
    left join "Unit" u on u."placementId" = p.id and u."removedAt" is null
  where p."stageId" = $1 group by p.id, p.count having count(u.id) <> p.count and not coalesce(bool_or(u.held), false)
    and exists (select 1 from "DeployRecord" r where r."stageId" = $1 and r.state = 'succeeded')`)

export const onePlaceAUnit = none(`
  select format('unit %s has %s places', u.ordinal, count(*)) as says from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
  where u."stageId" = $1 group by u.id having count(*) > 1
  union all
  select format('unit %s is wanted on %s machines', u.ordinal, count(*)) from "Unit" u join "DesiredUnit" d on d."unitId" = u.id and d.wanted <> 'absent'
  where u."stageId" = $1 group by u.id having count(*) > 1
  union all
  select format('unit %s is gone and still has a place', u.ordinal) from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
  where u."stageId" = $1 and u."removedAt" is not null`)

/** One cause that takes many machines is no time to move everything onto the rest. */
export const automationRests = none(`
  select format('#%s %s was asked for while automation rested in its pool', r.number, r.kind) as says
  from "DeployRecord" r join "Placement" p on p."stageId" = r."stageId"
    join journal.event paused on paused.name = 'runtime.automation_paused' and paused.subject_id = p."runtimeId"
  where r."stageId" = $1 and r.kind in ('failover', 'migrate', 'repair') and r."createdAt" at time zone 'UTC' > paused.at
    and r."createdAt" at time zone 'UTC' < coalesce((select min(again.at) from journal.event again where again.name = 'runtime.automation_resumed'
      and again.subject_id = p."runtimeId" and again.id > paused.id), now())`)
