import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import { requesterOf } from './asked-by'
import { isShut } from './change-window'
import { type ApproveFacts, whyNotApprove } from './deploy-gate'
import { isUnstarted } from './deploy-lifecycle'
import { titleFrom } from './deploy-views'
import { loadRowFacts, type RowFacts } from './load-row-facts'
import { isForLater } from './schedule'
import type { DeployRow, DeployTitleView } from './views'

/** Verbs that wait for a person, a clock or a check instead of working. */
export const gateVerbs: readonly string[] = ['confirm', 'wait', 'metric']

/** Records as lists, cards and pages show them, in the order given. */
export async function deployRows(actor: Actor, records: readonly DeployRecord[]): Promise<DeployRow[]> {
  if (records.length === 0) return []
  const facts = await loadRowFacts(actor, records)
  return records.map((record) => rowOf(actor, record, facts))
}

const titleIn = (record: DeployRecord, facts: RowFacts): DeployTitleView =>
  titleFrom({ ...record, targets: facts.targets.get(record.id) ?? [] }, facts.releases)

function rowOf(actor: Actor, record: DeployRecord, facts: RowFacts): DeployRow {
  const planHash = facts.hashes.get(record.planId ?? '') ?? null
  const approvals = (facts.approvals.get(record.id) ?? []).filter((approval) => approval.planHash === planHash)
  const runtimes = (facts.targets.get(record.id) ?? []).map((target) => facts.runtimes.get(target.runtimeId) ?? target.runtimeId)
  return {
    id: record.id,
    number: record.number,
    title: titleIn(record, facts),
    applicationSlug: facts.applications.get(record.applicationId ?? '') ?? '',
    serviceId: record.serviceId,
    environment: record.environment,
    runtimes: [...new Set(runtimes)].sort(),
    ...standOf(record, facts),
    planHash,
    requester: requesterOf(record, facts.nameOf),
    reason: record.reason,
    cause: causeOf(record),
    approvals: { given: givenOf(approvals, record.approvalsNeeded), needed: record.approvalsNeeded },
    tasks: facts.tasks.get(record.id) ?? { done: 0, total: 0 },
    youMayApprove: !whyNotApprove(actor, record, approveFacts(actor, record, { approvals, facts })),
    createdAt: iso(record.createdAt),
    startedAt: isoOrNull(record.startedAt),
    endedAt: isoOrNull(record.endedAt),
  }
}

const CauseSchema = z.object({ code: z.string(), values: z.record(z.string(), z.union([z.string(), z.number()])) })

/** What automation saw; records of before say nothing. */
function causeOf({ cause }: DeployRecord): DeployRow['cause'] {
  const parsed = CauseSchema.safeParse(cause)
  if (!parsed.success) return null
  const { code, values } = parsed.data
  return { code: `cause_${code}`, values, since: typeof values.since === 'string' ? values.since : null }
}

type Stand = Pick<
  DeployRow,
  | 'state'
  | 'stateSince'
  | 'notBefore'
  | 'scheduled'
  | 'opensAt'
  | 'waitingAtGate'
  | 'expired'
  | 'code'
  | 'message'
  | 'outcomeUnknown'
  | 'deferred'
  | 'liveTask'
  | 'waitsFor'
>

/** Where it stands now: its state, and what is derived from its tasks and from whom it waits for. */
function standOf(record: DeployRecord, facts: RowFacts): Stand {
  const running = facts.liveTasks.get(record.id) ?? []
  const [live] = running
  const other = record.endedAt ? undefined : facts.waitsFor.get(record.waitsForId ?? '')
  return {
    state: record.state,
    stateSince: iso(record.stateSince),
    notBefore: isoOrNull(record.notBefore),
    scheduled: isUnstarted(record.state) && isForLater(record),
    opensAt: record.state === 'queued' && isShut(record) ? isoOrNull(record.opensAt) : null,
    waitingAtGate: running.length > 0 && running.every((task) => gateVerbs.includes(task.verb)),
    expired: record.state === 'failed' && record.code === 'expired',
    code: record.code,
    message: record.message,
    outcomeUnknown: record.outcomeUnknown,
    deferred: record.deferred,
    liveTask: live ? { verb: live.verb, unitName: live.unitName, startedAt: isoOrNull(live.startedAt) } : null,
    waitsFor: other ? { id: other.id, number: other.number, title: titleIn(other, facts) } : null,
  }
}

/** Each giver counts once; an override counts as all that are needed. */
function givenOf(approvals: readonly Approval[], needed: number): number {
  if (approvals.some((approval) => approval.decision === 'override')) return needed
  return Math.min(needed, new Set(approvals.flatMap((approval) => approval.userId ?? [])).size)
}

/** What the gate of an approval wants to know; approvals are those of the plan that stands. */
export function approveFacts(
  actor: Actor,
  record: DeployRecord,
  { approvals, facts }: { approvals: readonly Approval[]; facts: Pick<RowFacts, 'approvers' | 'planTimes' | 'rulesOf'> },
): ApproveFacts {
  const others = facts.approvers.some((person) => person.id !== record.requesterId && can(person, 'deploy.approve', record))
  const plannedAt = facts.planTimes.get(record.planId ?? '')
  const second = record.requesterId && !others && plannedAt ? new Date(plannedAt.getTime() + pace('secondConfirmation')) : null
  return {
    alreadyApproved: approvals.some((approval) => approval.userId === actor.id),
    secondConfirmationAt: second,
    roles: facts.rulesOf(record).roles,
    now: clock.now(),
  }
}
