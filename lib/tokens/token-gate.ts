import type { PersonActor } from '@/lib/auth/actor'
import { can, type Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { policy } from '@/lib/auth/policy'
import { isPlatformScope, mayBeShared, type ScopeName, scopeNames, scopes } from '@/lib/auth/scopes'

/** Whoever makes something somewhere, or runs the platform, may have programs do it for them. */
export function whyNotOwn(actor: PersonActor): No | undefined {
  if (actor.token) return no('takes_person', 'A token makes and ends no tokens: it takes a person who is signed in.', 'forbidden')
  const somewhere = actor.grants.some(({ organizationId, applicationId }) => can(actor, 'token.own', { organizationId, applicationId }))
  return somewhere ? undefined : lacks(actor, 'token.own', {})
}

export function whyNotManage(actor: PersonActor, resource: Resource): No | undefined {
  if (actor.token) return no('takes_person', 'A token makes and ends no tokens: it takes a person who is signed in.', 'forbidden')
  return lacks(actor, 'token.manage', resource)
}

/** May a token have this scope? Never one of which its person could use nothing. */
export function whyNotScope(actor: PersonActor, scope: ScopeName, { isShared }: { isShared: boolean }): No | undefined {
  if (isShared && !mayBeShared(scope))
    return no('scope_personal', `“${scope}” is for tokens of persons: an organisation’s token does not decide.`, 'invalid')
  if (isPlatformScope(scope))
    return actor.isOperator || actor.isReviewer ? undefined : no('scope_platform', 'Only operators have that.', 'invalid')
  return undefined
}

/** Scopes that somebody could use, for the form. */
export const scopesFor = (actor: PersonActor, { isShared }: { isShared: boolean }): ScopeName[] =>
  scopeNames.filter((scope) => !whyNotScope(actor, scope, { isShared }) && (isShared || hasAny(actor, scope)))

const hasAny = (actor: PersonActor, scope: ScopeName): boolean =>
  scopes[scope].permissions.some(
    (permission) =>
      isBeyondSight(permission, scope) &&
      (can(actor, permission) ||
        actor.grants.some(({ organizationId, applicationId }) => can(actor, permission, { organizationId, applicationId }))),
  )

/** What only lets one see does not make a scope worth having, but for those that are nothing else. */
const isBeyondSight = (permission: keyof typeof policy, scope: ScopeName): boolean =>
  scope === 'read' || scope === 'machines' || permission === 'audit.see' || !permission.endsWith('.see')
