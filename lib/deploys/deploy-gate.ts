import type { Actor } from '@/lib/auth/actor'
import { can, hasRole } from '@/lib/auth/authorize'
import { lacks as lacksAt, type No, no } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { DeployRecord } from '@/lib/db/generated/client'
import type { ApproverRole } from '@/lib/policies/schema'
import { type DeployEvent, deployKinds, deployLifecycle, isUnderWay, isUnstarted } from './deploy-lifecycle'
import { permissionOn } from './stage-record'

export { type No, refuse } from '@/lib/auth/gate'

type Facts = Pick<
  DeployRecord,
  'state' | 'kind' | 'requesterId' | 'organizationId' | 'applicationId' | 'environment' | 'startedAt' | 'onFailure' | 'groupId' | 'partOfId'
>

const lacks = (actor: Actor, permission: Permission, record: Facts): No | undefined =>
  lacksAt(actor, permissionOn(record, permission), record)

/** What people decide about a group they decide at its own record. */
const isPart = (record: Facts): No | undefined =>
  record.partOfId ? no('part_of_group', 'It is part of a group’s deploy: decide there.') : undefined

function wrongState(record: Facts, event: DeployEvent): No | undefined {
  if (deployLifecycle.can(record.state, event)) return undefined
  return no('wrong_state', `Not while the deploy is ${record.state.replaceAll('_', ' ')}.`)
}

export interface ApproveFacts {
  /** This person's approval of the present hash counts already. */
  readonly alreadyApproved: boolean
  /** Nobody but the requester may approve, and this is when the requester's second confirmation counts. */
  readonly secondConfirmationAt: Date | null
  /** Those whose approvals count by the policy of its environment. */
  readonly roles: readonly ApproverRole[]
  readonly now: Date
}

/** Whoever may approve at all, and does not by this policy. */
const notByPolicy = (actor: Actor, record: Facts, roles: readonly ApproverRole[]): No | undefined =>
  hasRole(actor, roles, record)
    ? undefined
    : {
        ...no(`only_${roles[0]}`, `The policy of ${record.environment} asks for the approval of an ${roles.join(' or ')}.`, 'forbidden'),
        values: { environment: record.environment },
      }

export function whyNotApprove(actor: Actor, record: Facts, facts: ApproveFacts): No | undefined {
  const refused = lacks(actor, 'deploy.approve', record) ?? isPart(record) ?? wrongState(record, 'approve')
  if (refused) return refused
  if (facts.alreadyApproved) return no('already_approved', 'You approved this plan already.')
  if (record.requesterId !== actor.id) return notByPolicy(actor, record, facts.roles)
  if (!facts.secondConfirmationAt) return no('own_request', 'Someone else must approve what you asked for.', 'forbidden')
  if (facts.secondConfirmationAt > facts.now) {
    return no(
      'second_confirmation_later',
      `Nobody else may approve. You may confirm it yourself from ${facts.secondConfirmationAt.toISOString()}.`,
    )
  }
  return undefined
}

export const whyNotReject = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.approve', record) ?? isPart(record) ?? wrongState(record, 'reject')

/** Of what was approved, an override lifts nothing but the wait for a window. */
export function whyNotOverride(actor: Actor, record: Facts, isShut: boolean): No | undefined {
  const refused = lacks(actor, 'deploy.override', record) ?? isPart(record) ?? wrongState(record, 'override')
  if (refused) return refused
  return record.state === 'queued' && !isShut ? no('nothing_to_override', 'It waits for nothing that an override would lift.') : undefined
}

export const whyNotPause = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? isPart(record) ?? wrongState(record, 'pause')

export const whyNotResume = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? isPart(record) ?? wrongState(record, 'resume')

export const whyNotGiveUp = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? wrongState(record, 'give_up')

/** One's own while one may request; anybody's with the stronger permission. */
export function whyNotCancel(actor: Actor, record: Facts): No | undefined {
  const own = record.requesterId === actor.id && can(actor, permissionOn(record, 'deploy.cancel_own'), record)
  const refused = own ? undefined : lacks(actor, 'deploy.cancel_any', record)
  if (refused) return refused
  if (record.partOfId) return isPart(record)
  if (isUnstarted(record.state) || deployLifecycle.can(record.state, 'cancel')) return undefined
  return no('wrong_state', `Not while the deploy is ${record.state.replaceAll('_', ' ')}.`)
}

export function whyNotRetry(actor: Actor, record: Facts): No | undefined {
  const refused = lacks(actor, 'deploy.request', record)
  if (refused) return refused
  if (record.state !== 'failed' && record.state !== 'cancelled')
    return no('wrong_state', 'Only a failed or cancelled deploy can be tried again.')
  if (deployKinds[record.kind].automation && !record.requesterId) return no('automation', 'Automation asks again by itself.')
  return undefined
}

/** Back to what ran before: of an ended record that changed something, or of one under way together with its cancel. */
export function whyNotRollBack(actor: Actor, record: Facts, hasReleaseBefore: boolean): No | undefined {
  const refused = lacks(actor, 'deploy.request', record)
  if (refused) return refused
  if (!record.startedAt || isUnstarted(record.state)) return no('never_started', 'Nothing was changed yet.')
  if (record.groupId) return no('whole_group', 'Roll back its parts, each by itself, or remove the group.')
  if (!deployKinds[record.kind].carriesRelease) return no('no_release', 'This kind of deploy changed no release.')
  if (!hasReleaseBefore) return no('no_release_before', 'There is no release before it.')
  return isUnderWay(record.state) ? no('under_way', 'Cancel it first, or choose cancel and roll back.') : undefined
}

/** One's own approval, while nothing has started. */
export function whyNotWithdraw(actor: Actor, record: Facts, hasOwnApproval: boolean): No | undefined {
  const refused = lacks(actor, 'deploy.approve', record)
  if (refused) return refused
  if (!isUnstarted(record.state)) return no('wrong_state', 'The deploy has started; cancel it instead.')
  return hasOwnApproval ? undefined : no('no_approval', 'You have no approval here to take back.')
}

/** Of a record under way: cancelled first, then back to what ran before. */
export function whyNotCancelAndRollBack(actor: Actor, record: Facts, hasReleaseBefore: boolean): No | undefined {
  const refused = lacks(actor, 'deploy.request', record)
  if (refused) return refused
  if (!isUnderWay(record.state)) return no('wrong_state', 'It is not under way.')
  if (!deployKinds[record.kind].carriesRelease) return no('no_release', 'This kind of deploy changed no release.')
  if (!hasReleaseBefore) return no('no_release_before', 'There is no release before it.')
  return record.state === 'cancelling' ? undefined : whyNotCancel(actor, record)
}

export const whyNotComment = (actor: Actor, record: Facts): No | undefined => lacks(actor, 'deploy.comment', record)

/** Units that a record left held count from now on as what is wanted. */
export function whyNotAccept(actor: Actor, record: Facts, heldUnits: number): No | undefined {
  const refused = lacks(actor, 'deploy.accept', record)
  if (refused) return refused
  if (isUnstarted(record.state) || isUnderWay(record.state)) return no('wrong_state', 'Only when it has ended.')
  return heldUnits > 0 ? undefined : no('nothing_held', 'No unit is held.')
}
