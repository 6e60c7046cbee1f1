import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { QuotaRequest } from '@/lib/db/generated/client'
import { requestLifecycle } from './request-lifecycle'

/** One request for a runtime at a time: whoever wants more adds it to that, or waits for its answer. */
export function whyNotAsk(actor: Actor, resource: Resource, { isAsked }: { isAsked: boolean }): No | undefined {
  return lacks(actor, 'quota.ask', resource) ?? (isAsked ? no('quota_asked', 'It has been asked for; wait for the answer.') : undefined)
}

export function whyNotDecide(actor: Actor, { state }: Pick<QuotaRequest, 'state'>): No | undefined {
  const refused = lacks(actor, 'user.manage', {})
  return refused ?? (requestLifecycle.can(state, 'approve') ? undefined : no('wrong_state', 'It has been decided.'))
}

/** Whoever asked, and those who manage the organisation. */
export function whyNotWithdraw(actor: Actor, request: Pick<QuotaRequest, 'state' | 'organizationId' | 'requesterId'>): No | undefined {
  const resource = { organizationId: request.organizationId }
  const refused = isOwn(actor, request.requesterId) ? undefined : lacks(actor, 'organization.manage', resource)
  return refused ?? (requestLifecycle.can(request.state, 'withdraw') ? undefined : no('wrong_state', 'It has been decided.'))
}

/** One's own, also by a token that could have asked. */
const isOwn = (actor: Actor, requesterId: string): boolean =>
  actor.id === requesterId && (actor.kind !== 'person' || !actor.token || actor.token.permissions.includes('quota.ask'))
