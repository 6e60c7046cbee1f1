import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { enqueue } from '@/lib/queue/outbox'
import { approvalsStanding, loseApprovals } from './approvals-standing'
import { waitForWindow, whenOpen } from './change-window'
import { createUnits } from './create-units'
import { deployKinds } from './deploy-lifecycle'
import { endLostTasks } from './end-lost-tasks'
import { isOutdated } from './is-outdated'
import { moveDeploy } from './move-deploy'
import { isForLater } from './schedule'
import type { StageRecord } from './stage-record'
import { findReturned } from './still-lost'
import { supersedeOlder } from './supersede-older'
import { takeLocks } from './take-locks'

interface Locked {
  readonly record: StageRecord
  readonly stage: Stage
}

/**
 * Starts a queued record, or says what it waits for. Everything that was true when the plan was approved is asked again
 * here, in the transaction that takes the locks.
 */
export async function startDeploy(tx: Tx, actor: Actor, { record, stage: found }: Locked): Promise<DeployRecord> {
  const shutUntil = await whenOpen(tx, record)
  if (isForLater(record) || shutUntil) return notYet(tx, actor, { record, stage: found, shutUntil })
  const stage = record.notBefore ? await takePlace(tx, actor, { record, stage: found }) : found
  const blocker = await whoIsBefore(tx, record)
  if (blocker) return waitFor(tx, record, blocker)
  if (await isOutdated(tx, record, stage)) return planAnew(tx, actor, record)
  const returned = record.kind === 'failover' ? await findReturned(tx, record) : undefined
  if (returned)
    return moveDeploy(tx, actor, record, 'withdraw', {
      code: 'machine_returned',
      message: `${returned.name} stays where it is.`,
    })
  const lacking = await lackingApprovals(tx, actor, record)
  if (lacking) return lacking
  const taken = await takeLocks(tx, record)
  if (taken) return waitFor(tx, record, taken)
  await createUnits(tx, record)
  if (record.kind === 'failover') await endLostTasks(tx, record)
  return moveDeploy(tx, actor, record, 'start', { waitsForId: null })
}

/** Who asked must not be blocked; approvals count only while their givers may give them: with too few left it waits for people again. */
export async function lackingApprovals(tx: Tx, actor: Actor, record: DeployRecord): Promise<DeployRecord | undefined> {
  if (await isRequesterBlocked(tx, record)) return moveDeploy(tx, actor, record, 'requester_blocked', { code: 'requester_blocked' })
  const { given, needed } = await approvalsStanding(tx, record, await loseApprovals(tx, record))
  if (given >= needed) return undefined
  const event = needed > record.approvalsNeeded ? 'policy_tightened' : 'approval_lost'
  return moveDeploy(tx, actor, record, event, { approvalsNeeded: needed })
}

/** Whoever was blocked a moment ago starts nothing any more, even before the sweep has come round. */
async function isRequesterBlocked(tx: Tx, { requesterId }: DeployRecord): Promise<boolean> {
  if (requesterId === null) return false
  return (await tx.user.count({ where: { id: requesterId, blockedAt: { not: null } } })) > 0
}

/** What its plan was made from may change while people decide, or long before its time: they hear it now, and not at the start. */
export async function whileWaiting(tx: Tx, actor: Actor, { record, stage }: Locked): Promise<DeployRecord> {
  return (await isOutdated(tx, record, stage)) ? planAnew(tx, actor, record) : record
}

interface Waiting extends Locked {
  readonly shutUntil: Date | null
}

/** Long before it may start people hear that they must decide anew, or that it waits for a window. */
async function notYet(tx: Tx, actor: Actor, { record, stage, shutUntil }: Waiting): Promise<DeployRecord> {
  const seen = await whileWaiting(tx, actor, { record, stage })
  if (seen.state !== 'queued') return seen
  const lacking = await lackingApprovals(tx, actor, seen)
  return lacking ?? (shutUntil ? waitForWindow(tx, seen, shutUntil) : seen)
}

/** Its time has come: only now does it take the place of older changes that still wait. */
async function takePlace(tx: Tx, actor: Actor, { record, stage }: Locked): Promise<Stage> {
  if (!deployKinds[record.kind].carriesRelease) return stage
  await supersedeOlder(tx, actor, record)
  return tx.stage.findUniqueOrThrow({ where: { id: stage.id } })
}

export async function planAnew(tx: Tx, actor: Actor, record: DeployRecord): Promise<DeployRecord> {
  const moved = await moveDeploy(tx, actor, record, 'inputs_changed', { plannerOwner: null, plannerHeartbeatAt: null })
  await enqueue(tx, 'deploy.plan', { recordId: record.id })
  return moved
}

/** Records of a stage start in the order they were queued; automation takes no place in that line. */
export async function whoIsBefore(tx: Tx, record: DeployRecord): Promise<string | undefined> {
  if (deployKinds[record.kind].automation) return undefined
  const line = await tx.deployRecord.findMany({
    where: { stageId: record.stageId, state: { in: ['planning', 'queued'] }, queuedAt: { lt: record.queuedAt ?? undefined } },
    orderBy: [{ queuedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, kind: true },
  })
  return line.find((other) => !deployKinds[other.kind].automation)?.id
}

/** Waiting for a lock is not counted towards expiry: the record names whom it waits for instead of a deadline. */
export async function waitFor(tx: Tx, record: DeployRecord, otherId: string): Promise<DeployRecord> {
  if (record.waitsForId === otherId && record.deadlineAt === null) return record
  return tx.deployRecord.update({
    where: { id: record.id },
    data: { waitsForId: otherId, deadlineAt: null, undecidedSince: null, revision: { increment: 1 } },
  })
}
