import { db } from '@/lib/db/client'
import { approvalFloor } from '@/lib/deploys/approval-policy'
import { deployKinds, isUnstarted, live } from '@/lib/deploys/deploy-lifecycle'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { contentsOf } from './contents-of'
import { startedShut } from './shut-by'
import type { RecordWithTasks, Watch } from './watch'
import type { World } from './world'

export class Violation extends Error {}

type Invariant = (world: World, watch: Watch) => Promise<void>

const isOneOf = (list: readonly string[], word: string): boolean => list.includes(word)

const insist = (holds: unknown, says: string): void => {
  if (!holds) throw new Violation(says)
}

const namesOwnerAndDeadline: Invariant = async (_world, watch) => {
  for (const record of watch.records.filter(({ state }) => isOneOf(live, state))) {
    const waits = isUnstarted(record.state) || record.state === 'paused' || record.state === 'cancelling'
    if (waits)
      insist(
        record.deadlineAt || record.opensAt || (await isWaitedFor(record)),
        `#${record.number} ${record.state} names neither a deadline nor whom it waits for`,
      )
    for (const task of record.tasks.filter((one) => one.state === 'running')) {
      insist(task.deadlineAt && task.owner, `a running task of #${record.number} has no owner or no deadline`)
    }
    if (record.state === 'running')
      insist(
        record.tasks.some((task) => !['succeeded', 'failed', 'skipped', 'cancelled'].includes(task.state)) || (await isAsked(record.id)),
        `#${record.number} runs with nothing left to do and nobody asked to look`,
      )
  }
}

/** Whom it waits for is live, or has just ended and somebody was asked to look. */
const isWaitedFor = async ({ id, waitsForId }: { id: string; waitsForId: string | null }): Promise<boolean> =>
  waitsForId !== null && ((await db.deployRecord.count({ where: { id: waitsForId, endedAt: null } })) > 0 || (await isAsked(id)))

const isAsked = async (recordId: string): Promise<boolean> => {
  const [row] = await db.$queryRaw<
    { n: bigint }[]
  >`select count(*) as n from "Outbox" where "sentAt" is null and payload ->> 'recordId' = ${recordId}`
  return Number(row?.n ?? 0) > 0
}

const oneAtATime: Invariant = async (world, watch) => {
  for (const stageId of Object.values(world.stages)) {
    const running = watch.records.filter(
      (record) => record.stageId === stageId && isOneOf(['running', 'paused', 'cancelling'], record.state),
    )
    const people = running.filter((record) => !deployKinds[record.kind].automation)
    insist(people.length <= 1, `${people.map((record) => `#${record.number}`).join(' and ')} of one stage run at once`)
    const tasks = running
      .flatMap((record) => record.tasks)
      .filter(({ state, unitId, verb }) => state === 'running' && unitId && touches(verb))
    const units = tasks.map((task) => task.unitId)
    insist(new Set(units).size === units.length, 'two tasks work on one unit at once')
  }
}

const touches = (verb: string): boolean => verb !== 'fetch' && verb !== 'check'

const neverTooEarly: Invariant = async (_world, watch) => {
  for (const { number, notBefore, startedAt } of watch.started)
    insist(!notBefore || (startedAt && startedAt >= notBefore), `#${number} started before its time`)
}

const neverOutsideWindows: Invariant = async (world, watch) => {
  const early = await startedShut(world, watch)
  insist(!early, early ?? '')
}

/** Recomputed here from rows, not by the engine's own functions. */
const approvedBeforeStart: Invariant = async (world, watch) => {
  for (const record of watch.started) {
    const plan = await db.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })
    insist(sha256Hex(canonicalJson(plan.document)) === plan.hash, `the plan of #${record.number} is not what its hash says`)
    const approvals = await db.approval.findMany({
      where: { recordId: record.id, planHash: plan.hash, withdrawnAt: null, lostAt: null, decision: { not: 'reject' } },
    })
    if (approvals.some((approval) => approval.decision === 'override')) continue
    const policy = await db.approvalPolicy.findFirst({ where: { organizationId: world.organizationId, environment: record.environment } })
    const asksPeople = record.requesterId !== null
    const needed = asksPeople ? Math.max(approvalFloor[record.environment], policy?.approvals ?? 0) : 0
    const givers = new Set<string>()
    for (const approval of approvals.filter((one) => one.userId !== null)) {
      const admin = await db.member.count({
        where: {
          userId: approval.userId ?? '',
          organizationId: world.organizationId,
          role: { in: ['admin', 'owner'] },
          user: { blockedAt: null },
        },
      })
      const own = approval.userId === record.requesterId && approval.decision !== 'second_confirmation'
      insist(admin > 0 && !own, `#${record.number} started on an approval whose giver may not give it`)
      givers.add(approval.userId ?? '')
    }
    insist(givers.size >= needed, `#${record.number} started with ${givers.size} of ${needed} approvals for its hash`)
    const stage = await db.stage.findUniqueOrThrow({ where: { id: record.stageId ?? '' } })
    // Where another record also ended or left the line in this event, the revision has moved on since the start.
    const others = { stageId: record.stageId, id: { not: record.id }, stateSince: { gte: record.startedAt ?? undefined } }
    const movedOn = watch.ended > 0 || (await db.deployRecord.count({ where: others })) > 0
    insist(movedOn || record.inputsRevision === stage.inputsRevision, `#${record.number} started from old inputs`)
  }
}

/** Asked of the agents, not of the rows: what they took up must stand in the plan that was signed, and its record must still be live. */
const runsOnlyWhatWasSigned: Invariant = async (world) => {
  for (const { row, recordEnded } of world.agents.flatMap((agent) => agent.acts.splice(0))) {
    insist(!recordEnded, `${row.unitName} was told to be ${row.wanted} for a record that had ended`)
    const record = await db.deployRecord.findUniqueOrThrow({ where: { id: row.causeRecordId ?? '' } })
    const plan = await db.plan.findUnique({ where: { id: record.planId ?? '' } })
    const signed = (plan?.document as { tasks?: { verb: string; unit: string | null; content: string | null }[] } | undefined)?.tasks ?? []
    const wanted = signed.some(
      (one) =>
        one.unit === row.unitName && verbsOf[row.wanted]?.includes(one.verb) && (one.content === null || one.content === row.contentDigest),
    )
    insist(
      record.startedAt && wanted,
      `${row.unitName} was told to be ${row.wanted}, which the signed plan of #${record.number} does not say`,
    )
  }
}

const verbsOf: Record<string, readonly string[]> = { running: ['switch', 'restart', 'start'], stopped: ['stop'], absent: ['remove'] }

const confirmedByTarget: Invariant = async (world, watch) => {
  for (const task of watch.succeeded) {
    if (task.verb === 'record') continue
    const expect = task.expect as { contentDigest?: string | null }
    const said = world.agents.some((agent) => agent.confirmed.has(task.id))
    const ran = world.agents.some((agent) => agent.ranOnce.has(`${task.unitId} ${expect.contentDigest}`))
    insist(task.verb === 'check' ? ran : said, `${task.verb} ${task.unitName} succeeded and no agent did it`)
  }
}

const testStaysTest: Invariant = async (world) => {
  const rows = await db.$queryRaw<{ n: bigint }[]>`
    select count(*) as n from "DesiredUnit" d join "Machine" m on m.id = d."machineId" join "Runtime" r on r.id = m."runtimeId"
    join "DeployRecord" c on c.id = d."causeRecordId" where c."organizationId" = ${world.organizationId} and c.environment <> r.environment`
  insist(Number(rows[0]?.n) === 0, 'a record of one environment changed a machine of the other')
}

const heldIsLeftAlone: Invariant = async (_world, watch) => {
  for (const task of watch.begun) {
    if (!task.unitId || task.verb === 'fetch') continue
    const record = watch.records.find(({ id }) => id === task.recordId) as RecordWithTasks
    const mayTouch = deployKinds[record.kind].carriesRelease || record.kind === 'remove' || record.kind === 'failover'
    // A removal ends the hold: what is made smaller may lose those in trouble first.
    const isRemoved = task.verb === 'remove'
    insist(
      mayTouch || isRemoved || !watch.heldBefore.has(task.unitId),
      `${record.kind} #${record.number} touched the held unit ${task.unitName}`,
    )
  }
}

/** Held units are out of everybody's hands, but for the task of a live record that may touch them. */
const heldIsAsIs: Invariant = async (world) => {
  const rows = await db.$queryRaw<{ ordinal: number; wanted: string }[]>`
    select u.ordinal, d.wanted from "Unit" u join "Allocation" a on a."unitId" = u.id and a."to" is null
    join "DesiredUnit" d on d."unitId" = u.id and d."machineId" = a."machineId" where u."stageId" = any(${Object.values(world.stages)}) and u.held
      and u."removedAt" is null and d.wanted <> 'as_is' and not exists (select 1 from "Task" t join "DeployRecord" r on r.id = t."recordId"
        where t."unitId" = u.id and t.attempt > 0 and r."endedAt" is null)`
  insist(rows.length === 0, `held unit ${rows[0]?.ordinal} is still wanted ${rows[0]?.wanted}`)
}

const oneMachineAUnit: Invariant = async (world) => {
  const stages = Object.values(world.stages)
  const [found] = await db.$queryRaw<Record<'twice' | 'ghosts', bigint>[]>`
    select
      (select count(*) from (select d."unitId" from "DesiredUnit" d join "Unit" u on u.id = d."unitId"
        where u."stageId" = any(${stages}) and d.wanted <> 'absent' group by d."unitId" having count(*) > 1) as many) as twice,
      (select count(*) from "Allocation" a join "Unit" u on u.id = a."unitId"
        where u."stageId" = any(${stages}) and a."to" is null and u."removedAt" is not null) as ghosts`
  insist(!found?.twice, 'two machines are told to have the same unit')
  insist(!found?.ghosts, 'a unit that is gone still has a place')
}

/** What a service is to be, people say: the last record of theirs that succeeded. */
const placementsAreWhatPeopleAsked: Invariant = async (_world, { records, stages }) => {
  const targets = records
    .filter(({ state, kind }) => state === 'succeeded' && !deployKinds[kind].automation)
    .flatMap((record) => record.targets.filter(({ outcome }) => outcome === 'succeeded').map((target) => ({ ...target, record })))
  for (const { id, count, releaseId } of stages.flatMap((stage) => stage.placements)) {
    const [last] = targets
      .filter(({ placementId }) => placementId === id)
      .sort((a, b) => timeOf(b.record.endedAt) - timeOf(a.record.endedAt) || b.record.number - a.record.number)
    if (!last) continue
    const holds = count === last.toCount && releaseId === last.toReleaseId
    insist(holds, `the placement says ${count} units, #${last.record.number} had left ${last.toCount} or another release`)
  }
}

const differingUnitsAreHeld: Invariant = async (_world, { records, stages }) => {
  const [last] = records
    .filter((record) => record.startedAt && record.endedAt && (record.state === 'failed' || record.state === 'cancelled'))
    .sort((a, b) => timeOf(b.endedAt) - timeOf(a.endedAt))
  if (!last) return
  const isLast = ({ id, stageId, startedAt }: RecordWithTasks) =>
    id === last.id || stageId !== last.stageId || timeOf(startedAt) < timeOf(last.startedAt)
  if (!records.every(isLast)) return
  const touched = last.tasks.filter((task) => task.unitId && task.verb !== 'fetch' && task.attempt > 0).map((task) => task.unitId as string)
  for (const unit of stages.flatMap(({ units }) => units).filter(({ id }) => touched.includes(id))) {
    const hasFailed = unit.state === 'error' && last.tasks.some((task) => task.unitId === unit.id && task.state === 'failed')
    insist(unit.held || !hasFailed, `unit ${unit.ordinal} is in error after #${last.number} and is not held`)
    const isOther = unit.releaseId !== unit.placement.releaseId
    insist(unit.held || !isOther, `unit ${unit.ordinal} runs another release after #${last.number} and is not held`)
  }
}

const timeOf = (date: Date | null): number => date?.getTime() ?? 0

const promisesEnd: Invariant = async (world) => {
  const [left] = await db.$queryRaw<Record<'reservations' | 'ports' | 'locks' | 'unitLocks', bigint>[]>`
    with ended as (select id from "DeployRecord" where "organizationId" = ${world.organizationId} and "endedAt" is not null)
    select
      (select count(*) from "Reservation" x join ended e on e.id = x."recordId" where x."endedAt" is null) as reservations,
      (select count(*) from "MachinePort" p join ended e on e.id = p."recordId" where not exists (
        select 1 from "Ledger" l where l."recordId" = e.id and l.kind = 'reservation' and l."closedAt" is null)) as ports,
      (select count(*) from "StageLock" l join ended e on e.id = l."recordId") as locks,
      (select count(*) from "UnitLock" l join ended e on e.id = l."recordId") as "unitLocks"`
  insist(!left?.reservations, 'a reservation outlived its record')
  insist(!left?.ports, 'a promised port outlived its record without a line in the ledger')
  insist(!left?.locks, 'a lock outlived its record')
  insist(!left?.unitLocks, 'a lock of a unit outlived its record')
}

/** Where nothing is under way a unit holds as much room as what it runs says; of what was given up nobody knows. */
const roomIsWhatRuns: Invariant = async (_world, { records, stages }) => {
  const isOpen = (stageId: string) =>
    records.some((record) => record.stageId === stageId && (record.outcomeUnknown || (record.startedAt && !record.endedAt)))
  const units = stages.filter(({ id }) => !isOpen(id)).flatMap((stage) => stage.units.filter(({ state }) => state === 'running'))
  const texts = await contentsOf(units)
  for (const { ordinal, contentDigest, allocations } of units) {
    const runs = (JSON.parse(texts.get(contentDigest ?? '') ?? '{}') as { resources?: { cpuMillis: number } }).resources?.cpuMillis
    const holds = allocations[0]?.cpuMillis
    insist(runs === undefined || runs === holds, `unit ${ordinal} runs with ${runs} thousandths of a core and holds ${holds}`)
  }
}

/** What serves is taken away one by one, whoever does it. Units that were missing anyway cost nothing. */
const fewAtATime: Invariant = async (_world, watch) => {
  for (const { id, maxUnavailable } of watch.stages) {
    const away = watch.takenAway.get(id)?.size ?? 0
    insist(away <= maxUnavailable, `${away} serving units were taken away at once`)
  }
}

/** Checked after every event, and after every crash. */
export const invariants: readonly (readonly [name: string, check: Invariant])[] = [
  ['every record names its owner and deadline', namesOwnerAndDeadline],
  ['two records of a stage never run at once', oneAtATime],
  ['nothing starts before its time', neverTooEarly],
  ['nothing starts outside its windows', neverOutsideWindows],
  ['an approval counts once, for its hash, while its giver may give it', approvedBeforeStart],
  ['nothing runs whose hash was not approved', runsOnlyWhatWasSigned],
  ['nothing succeeded that a target did not confirm', confirmedByTarget],
  ['test never changes production', testStaysTest],
  ['no automation changes a held unit', heldIsLeftAlone],
  ['no more units are taken away than may be', fewAtATime],
  ['what differs after a failure is held', differingUnitsAreHeld],
  ['a held unit is left as it is', heldIsAsIs],
  ['a unit has one place', oneMachineAUnit],
  ['a unit holds the room that it runs with', roomIsWhatRuns],
  ['placements are what people asked for', placementsAreWhatPeopleAsked],
  ['no reservation outlives its record', promisesEnd],
]

/** Once everything has come to rest, nothing may be under way. */
export async function insistAllEnded(world: World): Promise<void> {
  const open = await db.deployRecord.findMany({
    where: { organizationId: world.organizationId, state: { in: [...live] } },
    include: { tasks: { orderBy: { index: 'asc' } } },
  })
  const says = open.map(({ number, kind, state, tasks }) => {
    const each = tasks.map((task) => `${task.verb} ${task.unitName} ${task.state} ${task.owner ?? ''} ${task.doneOk ?? ''}`.trim())
    return `#${number} ${kind} ${state} (${each.join(', ')})`
  })
  insist(open.length === 0, `these never ended: ${says.join('; ')}`)
}
