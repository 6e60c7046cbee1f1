import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { gateOf, type No } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { DeployRecord } from '@/lib/db/generated/client'
import type { Gate } from '@/lib/views'
import { isShut } from './change-window'
import {
  whyNotAccept,
  whyNotApprove,
  whyNotCancel,
  whyNotCancelAndRollBack,
  whyNotComment,
  whyNotGiveUp,
  whyNotOverride,
  whyNotPause,
  whyNotReject,
  whyNotResume,
  whyNotRetry,
  whyNotRollBack,
  whyNotWithdraw,
} from './deploy-gate'
import type { ApprovalRule, ApprovalView, DeployAct } from './views'

export interface GateFacts {
  readonly record: DeployRecord
  readonly rule: ApprovalRule
  readonly decisions: readonly ApprovalView[]
  readonly heldUnits: number
  readonly hasReleaseBefore: boolean
  /** Members of the organisation, where the caller has them already. */
  readonly people?: readonly PersonActor[]
}

/** Approvals of the actor that still stand; `isOfThisPlan` leaves out those of earlier plans. */
const ownApprovals = (actor: Actor, decisions: readonly ApprovalView[], isOfThisPlan: boolean): ApprovalView[] =>
  decisions.filter(
    (one) =>
      one.person?.id === actor.id && one.decision !== 'reject' && (one.standing === 'counts' || (!isOfThisPlan && one.standing === 'void')),
  )

/** Everything that may be asked of a record, and why not: the same functions that the use cases ask. */
export function refusalsOf(
  actor: Actor,
  { record, rule, decisions, heldUnits, hasReleaseBefore }: GateFacts,
): Record<DeployAct, No | undefined> {
  const second = rule.secondConfirmationAt ? new Date(rule.secondConfirmationAt) : null
  const alreadyApproved = ownApprovals(actor, decisions, true).length > 0
  return {
    approve: whyNotApprove(actor, record, { alreadyApproved, secondConfirmationAt: second, roles: rule.roles, now: clock.now() }),
    reject: whyNotReject(actor, record),
    withdraw: whyNotWithdraw(actor, record, ownApprovals(actor, decisions, false).length > 0),
    override: whyNotOverride(actor, record, isShut(record)),
    pause: whyNotPause(actor, record),
    resume: whyNotResume(actor, record),
    cancel: whyNotCancel(actor, record),
    give_up: whyNotGiveUp(actor, record),
    retry: whyNotRetry(actor, record),
    roll_back: whyNotRollBack(actor, record, hasReleaseBefore),
    cancel_and_roll_back: whyNotCancelAndRollBack(actor, record, hasReleaseBefore),
    accept: whyNotAccept(actor, record, heldUnits),
    comment: whyNotComment(actor, record),
  }
}

/** Refusals that others do not meet: those whose approval counts. */
const ofApproval = ['own_request', 'only_admin', 'only_owner']

/** The same for a screen: who could is named where the actor may not. */
export async function deployGates(actor: Actor, facts: GateFacts): Promise<Record<DeployAct, Gate>> {
  const refusals = refusalsOf(actor, facts)
  const isAnyForbidden = Object.values(refusals).some((reason) => reason?.permission)
  const people = facts.people ?? (isAnyForbidden && facts.record.organizationId ? await listMembers(facts.record.organizationId) : [])
  const approvers = facts.rule.mayApprove.map((person) => person.name)
  const entries = Object.entries(refusals).map(([act, reason]) => {
    const named = reason && ofApproval.includes(reason.code) ? { ...reason, whoMay: approvers } : reason
    return [act, gateOf(named, people, facts.record)]
  })
  return Object.fromEntries(entries) as Record<DeployAct, Gate>
}
