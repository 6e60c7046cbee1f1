import type { Actor } from '@/lib/auth/actor'
import { can, whyNot } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import type { DeployRecord } from '@/lib/db/generated/client'
import { AppError, type ErrorCode } from '@/lib/errors'
import { type DeployEvent, deployKinds, deployLifecycle, isUnderWay, isUnstarted } from './deploy-lifecycle'

/** Why something may not be done now; undefined = it may. The same answer for the button, the action and the API. */
export interface No {
  readonly code: string
  readonly message: string
  readonly error: ErrorCode
  readonly whoMay?: readonly string[]
}

type Facts = Pick<DeployRecord, 'state' | 'kind' | 'requesterId' | 'organizationId' | 'applicationId' | 'startedAt' | 'onFailure'>

const no = (code: string, message: string, error: ErrorCode = 'conflict'): No => ({ code, message, error })

function lacks(actor: Actor, permission: Permission, record: Facts): No | undefined {
  return can(actor, permission, record) ? undefined : { code: 'no_permission', message: whyNot(permission), error: 'forbidden' }
}

function wrongState(record: Facts, event: DeployEvent): No | undefined {
  if (deployLifecycle.can(record.state, event)) return undefined
  return no('wrong_state', `Not while the deploy is ${record.state.replaceAll('_', ' ')}.`)
}

export interface ApproveFacts {
  /** This person's approval of the present hash counts already. */
  readonly alreadyApproved: boolean
  /** Nobody but the requester may approve, and this is when the requester's second confirmation counts. */
  readonly secondConfirmationAt: Date | null
  readonly now: Date
}

export function whyNotApprove(actor: Actor, record: Facts, facts: ApproveFacts): No | undefined {
  const refused = lacks(actor, 'deploy.approve', record) ?? wrongState(record, 'approve')
  if (refused) return refused
  if (facts.alreadyApproved) return no('already_approved', 'You approved this plan already.')
  if (record.requesterId !== actor.id) return undefined
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
  lacks(actor, 'deploy.approve', record) ?? wrongState(record, 'reject')

export const whyNotOverride = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.override', record) ?? wrongState(record, 'override')

export const whyNotPause = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? wrongState(record, 'pause')

export const whyNotResume = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? wrongState(record, 'resume')

export const whyNotGiveUp = (actor: Actor, record: Facts): No | undefined =>
  lacks(actor, 'deploy.cancel_any', record) ?? wrongState(record, 'give_up')

/** One's own while one may request; anybody's with the stronger permission. */
export function whyNotCancel(actor: Actor, record: Facts): No | undefined {
  const own = record.requesterId === actor.id && can(actor, 'deploy.cancel_own', record)
  const refused = own ? undefined : lacks(actor, 'deploy.cancel_any', record)
  if (refused) return refused
  if (isUnstarted(record.state) || deployLifecycle.can(record.state, 'cancel')) return undefined
  return no('wrong_state', `Not while the deploy is ${record.state.replaceAll('_', ' ')}.`)
}

export function whyNotRetry(actor: Actor, record: Facts): No | undefined {
  const refused = lacks(actor, 'deploy.request', record)
  if (refused) return refused
  if (record.state !== 'failed' && record.state !== 'cancelled')
    return no('wrong_state', 'Only a failed or cancelled deploy can be tried again.')
  if (deployKinds[record.kind].automation) return no('automation', 'Automation asks again by itself.')
  return undefined
}

/** Back to what ran before: of an ended record that changed something, or of one under way together with its cancel. */
export function whyNotRollBack(actor: Actor, record: Facts, hasReleaseBefore: boolean): No | undefined {
  const refused = lacks(actor, 'deploy.request', record)
  if (refused) return refused
  if (!record.startedAt || isUnstarted(record.state)) return no('never_started', 'Nothing was changed yet.')
  if (!deployKinds[record.kind].carriesRelease) return no('no_release', 'This kind of deploy changed no release.')
  if (!hasReleaseBefore) return no('no_release_before', 'There is no release before it.')
  return isUnderWay(record.state) ? no('under_way', 'Cancel it first, or choose cancel and roll back.') : undefined
}

/** Turns a refusal into the error of a use case. */
export function refuse(reason: No | undefined): void {
  if (reason) throw new AppError(reason.error, reason.message, { reason: reason.code })
}
