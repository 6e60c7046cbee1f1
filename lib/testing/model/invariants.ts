import { db } from '@/lib/db/client'
import { approvalFloor } from '@/lib/deploys/approval-policy'
import { deployKinds, isUnstarted, live } from '@/lib/deploys/deploy-lifecycle'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import type { Watch } from './watch'
import type { World } from './world'

export class Violation extends Error {}

type Invariant = (world: World, watch: Watch) => Promise<void>

const insist = (holds: unknown, says: string): void => {
  if (!holds) throw new Violation(says)
}

const namesOwnerAndDeadline: Invariant = async (world) => {
  const records = await db.deployRecord.findMany({
    where: { organizationId: world.organizationId, state: { in: [...live] } },
    include: { tasks: { select: { state: true, deadlineAt: true, owner: true } } },
  })
  for (const record of records) {
    const waits = isUnstarted(record.state) || record.state === 'paused' || record.state === 'cancelling'
    if (waits)
      insist(record.deadlineAt || record.waitsForId, `#${record.number} ${record.state} names neither a deadline nor whom it waits for`)
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

const isAsked = async (recordId: string): Promise<boolean> => {
  const [row] = await db.$queryRaw<
    { n: bigint }[]
  >`select count(*) as n from "Outbox" where "sentAt" is null and payload ->> 'recordId' = ${recordId}`
  return Number(row?.n ?? 0) > 0
}

const oneAtATime: Invariant = async (world) => {
  for (const stageId of Object.values(world.stages)) {
    const running = await db.deployRecord.findMany({ where: { stageId, state: { in: ['running', 'paused', 'cancelling'] } } })
    const people = running.filter((record) => !deployKinds[record.kind].automation)
    insist(people.length <= 1, `${people.map((record) => `#${record.number}`).join(' and ')} of one stage run at once`)
    const tasks = await db.task.findMany({
      where: {
        recordId: { in: running.map((record) => record.id) },
        state: 'running',
        unitId: { not: null },
        verb: { notIn: ['fetch', 'check'] },
      },
    })
    const units = tasks.map((task) => task.unitId)
    insist(new Set(units).size === units.length, 'two tasks work on one unit at once')
  }
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
    for (const approval of approvals) {
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
    const stage = await db.stage.findUniqueOrThrow({ where: { id: record.stageId } })
    // Where a record also ended in this event, the revision has moved on since the start.
    insist(watch.ended > 0 || record.inputsRevision === stage.inputsRevision, `#${record.number} started from old inputs`)
  }
}

const runsOnlyWhatWasSigned: Invariant = async (_world, watch) => {
  for (const task of watch.begun) {
    const plan = await db.plan.findFirst({
      where: { recordId: task.recordId, record: { planId: { not: null } } },
      orderBy: { createdAt: 'desc' },
    })
    const signed = (plan?.document as { tasks?: { verb: string; unit: string | null; content: string | null }[] } | undefined)?.tasks ?? []
    const found = signed.some((one) => one.verb === task.verb && one.unit === task.unitName && one.content === task.contentDigest)
    insist(found, `${task.verb} ${task.unitName} runs content that the signed plan does not have`)
  }
}

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
    const record = await db.deployRecord.findUniqueOrThrow({ where: { id: task.recordId } })
    const mayTouch = deployKinds[record.kind].carriesRelease || record.kind === 'remove' || record.kind === 'failover'
    insist(mayTouch || !watch.heldBefore.has(task.unitId), `${record.kind} #${record.number} touched the held unit ${task.unitName}`)
  }
}

const differingUnitsAreHeld: Invariant = async (world) => {
  const ended = await db.deployRecord.findMany({
    where: { organizationId: world.organizationId, startedAt: { not: null }, state: { in: ['failed', 'cancelled'] } },
    include: { tasks: true },
    orderBy: { endedAt: 'desc' },
    take: 1,
  })
  const last = ended[0]
  if (!last) return
  const after = await db.deployRecord.count({
    where: { stageId: last.stageId, startedAt: { gte: last.startedAt ?? undefined }, id: { not: last.id } },
  })
  if (after > 0) return
  const touched = last.tasks.filter((task) => task.unitId && task.verb !== 'fetch' && task.attempt > 0).map((task) => task.unitId as string)
  const units = await db.unit.findMany({ where: { id: { in: touched }, removedAt: null, state: 'error' } })
  for (const unit of units.filter((one) => last.tasks.some((task) => task.unitId === one.id && task.state === 'failed'))) {
    insist(unit.held, `unit ${unit.ordinal} is in error after #${last.number} and is not held`)
  }
}

const promisesEnd: Invariant = async (world) => {
  const reservations = await db.$queryRaw<{ n: bigint }[]>`
    select count(*) as n from "Reservation" x join "DeployRecord" r on r.id = x."recordId"
    where r."organizationId" = ${world.organizationId} and x."endedAt" is null and r."endedAt" is not null`
  insist(Number(reservations[0]?.n) === 0, 'a reservation outlived its record')
  const ports = await db.$queryRaw<{ n: bigint }[]>`
    select count(*) as n from "MachinePort" p join "DeployRecord" r on r.id = p."recordId" where r."organizationId" = ${world.organizationId}
      and r."endedAt" is not null and not exists (select 1 from "Ledger" l where l."recordId" = r.id and l.kind = 'reservation' and l."closedAt" is null)`
  insist(Number(ports[0]?.n) === 0, 'a promised port outlived its record without a line in the ledger')
  const locks = await db.$queryRaw<{ n: bigint }[]>`
    select count(*) as n from "StageLock" l join "DeployRecord" r on r.id = l."recordId" where r."organizationId" = ${world.organizationId} and r."endedAt" is not null`
  insist(Number(locks[0]?.n) === 0, 'a lock outlived its record')
}

/** Checked after every event, and after every crash. */
export const invariants: readonly (readonly [name: string, check: Invariant])[] = [
  ['every record names its owner and deadline', namesOwnerAndDeadline],
  ['two records of a stage never run at once', oneAtATime],
  ['an approval counts once, for its hash, while its giver may give it', approvedBeforeStart],
  ['nothing runs whose hash was not approved', runsOnlyWhatWasSigned],
  ['nothing succeeded that a target did not confirm', confirmedByTarget],
  ['test never changes production', testStaysTest],
  ['no automation changes a held unit', heldIsLeftAlone],
  ['what differs after a failure is held', differingUnitsAreHeld],
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
