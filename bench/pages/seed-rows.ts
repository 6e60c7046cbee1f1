import pg from 'pg'

/**
 * Services with stage, release, placement and units on machines, and the deploys that made them, written in bulk: what a
 * list has to walk through. `from` and `to` number the services; each gets `deploysOfService` records.
 */
export async function seedRows(superuserUrl: string, { from, to }: { from: number; to: number }, deploysOfService: number): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    if (from === 0) await client.query(machines)
    for (const statement of [services, units]) await client.query(statement, [from, to])
    for (const statement of [deploys, details]) await client.query(statement, [from, to, deploysOfService])
    await client.query(`update "Organization" set "deployNumber" = (select max(number) from "DeployRecord") where slug = 'harbor'`)
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

const machines = `
  insert into "Machine" (id, "runtimeId", name, state, address, "signKey", "boxKey", connected, "heardAt", "cpuMillis", "memoryMib", "diskMib", facts, labels)
  select 'bm' || i, r.id, 'bench-' || i, 'ready', '10.0.' || i / 250 || '.' || i % 250, 'key' || i, 'box', true, now() + interval '1 day', 64000, 262144, 1000000, '{}', '{}'
  from generate_series(0, 199) i join "Runtime" r on r.name = case when i % 5 = 0 then 'test' else 'production' end`

const services = `
  with home as (
    select o.id as org, a.id as app, p.id as pkg, v.id as version, (select id from "Runtime" where name = 'production') as production, (select id from "Runtime" where name = 'test') as test
    from "Organization" o join "Application" a on a."organizationId" = o.id and a.slug = 'shop' join "Package" p on p.name = 'greeter'
    join "PackageVersion" v on v."packageId" = p.id and v.version = '1.4.0' where o.slug = 'harbor'),
  wanted as (select i, case when i % 5 = 0 then 'test' else 'production' end as environment from generate_series($1::int, $2::int - 1) i),
  made as (
    insert into "Service" (id, "organizationId", "applicationId", name, "packageId", "createdAt")
    select 'bs' || i, org, app, (array['cart','mail','search','ledger','stock','gate','feed','price'])[1 + i % 8] || '-' || lpad(i::text, 5, '0'), pkg, now() - i * interval '1 minute' from wanted, home),
  staged as (
    insert into "Stage" (id, "serviceId", environment, "releaseId", "releaseNumber", "inputsRevision")
    select 'bt' || i, 'bs' || i, environment::"Environment", 'br' || i, 1, 1 from wanted),
  released as (
    insert into "Release" (id, "stageId", number, "packageVersionId", values, overlay)
    select 'br' || i, 'bt' || i, 1, version, '{"message":"hello"}', '{}' from wanted, home)
  insert into "Placement" (id, "stageId", "runtimeId", subset, "releaseId", count, "wantedReleaseId", "wantedCount")
  select 'bp' || i, 'bt' || i, case environment when 'test' then test else production end, 'stable', 'br' || i, 2, 'br' || i, 2 from wanted, home`

const units = `
  with wanted as (select i, n, 'bu' || i || '.' || n as id from generate_series($1::int, $2::int - 1) i, generate_series(0, 1) n),
  made as (
    insert into "Unit" (id, "stageId", "placementId", ordinal, state, generation, "releaseId", held, restarts)
    select id, 'bt' || i, 'bp' || i, n, (case when i % 50 = 7 then 'error' when i % 30 = 4 and n = 1 then 'ready' else 'running' end)::"UnitState", 1, 'br' || i, i % 50 = 7, 0 from wanted)
  insert into "Allocation" (id, "unitId", "machineId", generation, ports, "cpuMillis", "memoryMib", "diskMib")
  select 'ba' || i || '.' || n, id, 'bm' || (i * 2 + n) % 200, 1, json_build_object('http', 8000 + i % 20000), 100, 64, 10 from wanted`

/** The newest record of one service in a hundred is open; of the ended, one in twelve failed. */
const deploys = `
  insert into "DeployRecord" (id, "organizationId", "applicationId", number, "serviceId", "stageId", "serviceName", environment, kind, state, code, message, "requesterId",
    request, "fromReleaseId", "toReleaseId", "planId", "approvalsNeeded", "createdAt", "stateSince", "startedAt", "endedAt")
  select 'bd' || i || '.' || d, s."organizationId", s."applicationId", 1 + d * 20000 + i, s.id, t.id, s.name, t.environment,
    (array['install','configure','upgrade','scale','restart'])[1 + least(d, 1 + (i + d) % 4)]::"DeployKind", state::"DeployState",
    case state when 'failed' then 'check_failed' end, case state when 'failed' then 'The check did not pass.' end,
    (select id from "User" where email = case when (i + d) % 3 = 0 then 'jonas@demo.tengen.test' else 'mei@demo.tengen.test' end),
    '{}', 'br' || i, 'br' || i, 'bl' || i || '.' || d, case t.environment when 'production' then 1 else 0 end,
    at, at, case when state <> 'awaiting_approval' then at end, case when state in ('succeeded', 'failed') then at + interval '40 seconds' end
  from generate_series($1::int, $2::int - 1) i cross join generate_series(0, $3::int - 1) d
  cross join lateral (select now() - ($3::int - d) * interval '6 hours' - i * interval '1 second' as at,
    case when d = $3::int - 1 and i % 100 = 3 then 'awaiting_approval' when (i + d) % 12 = 5 then 'failed' else 'succeeded' end as state) x
  join "Service" s on s.id = 'bs' || i join "Stage" t on t.id = 'bt' || i`

const details = `
  with wanted as (select i, d, 'bd' || i || '.' || d as id, 'bg' || i || '.' || d as target from generate_series($1::int, $2::int - 1) i, generate_series(0, $3::int - 1) d),
  planned as (
    insert into "Plan" (id, "recordId", hash, "expectedHash", "inputsRevision", summary, document, diff, notes)
    select 'bl' || i || '.' || d, id, md5(id) || md5(id || 'x'), md5(id || 'y') || md5(id), 1,
      '{"create":0,"change":2,"replace":0,"remove":0,"restart":0,"unchanged":0,"needsApprovals":1,"machines":2}', '{}', '[]', '{}' from wanted),
  targets as (
    insert into "DeployTarget" (id, "recordId", "placementId", "runtimeId", "fromReleaseId", "toReleaseId", "fromCount", "toCount", outcome)
    select target, w.id, p.id, p."runtimeId", 'br' || i, 'br' || i, 2, 2, 'succeeded' from wanted w join "Placement" p on p.id = 'bp' || i),
  approved as (
    insert into "Approval" (id, "recordId", "planHash", "userId", decision, at)
    select 'bv' || w.i || '.' || w.d, w.id, md5(w.id) || md5(w.id || 'x'), (select id from "User" where email = 'jonas@demo.tengen.test'), 'approve', now()
    from wanted w join "DeployRecord" r on r.id = w.id where r."approvalsNeeded" > 0 and r.state <> 'awaiting_approval')
  insert into "Task" (id, "recordId", "targetId", index, layer, verb, "unitId", "unitName", "machineId", "dependsOn", expect, "timeoutMs", state)
  select 'bk' || w.i || '.' || w.d || '.' || n, w.id, w.target, n, n, (array['switch','check'])[1 + n % 2], 'bu' || w.i || '.' || n / 2, 'unit/' || n / 2, 'bm' || (w.i * 2 + n / 2) % 200,
    array[]::int[], '{"kind":"none"}', 60000, (case when r.state = 'awaiting_approval' then 'pending' else 'succeeded' end)::"TaskState"
  from wanted w join "DeployRecord" r on r.id = w.id cross join generate_series(0, 3) n`
