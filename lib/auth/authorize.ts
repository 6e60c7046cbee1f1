import type { Role } from '@/lib/db/generated/enums'
import { AppError, notFound } from '@/lib/errors'
import type { Actor, Grant } from './actor'
import { type Permission, policy } from './policy'
import { isAboveServices, scopesWith } from './scopes'

/** What something belongs to. A platform thing has no organisation. */
export interface Resource {
  readonly organizationId?: string | null
  readonly applicationId?: string | null
  /** Asked only of tokens that are limited to services: what names none is closed to them. */
  readonly serviceId?: string | null
}

/** A row of a service as what something belongs to. */
export const ofService = (service: {
  id: string
  organizationId: string
  applicationId: string
}): Resource & { readonly organizationId: string } => ({
  organizationId: service.organizationId,
  applicationId: service.applicationId,
  serviceId: service.id,
})

const covers = (grant: Grant, { organizationId, applicationId }: Resource): boolean =>
  grant.organizationId === organizationId && (grant.applicationId === null || grant.applicationId === applicationId)

const holds = ({ role, only, serviceIds }: Grant, permission: Permission, { serviceId }: Resource): boolean =>
  (policy[permission].roles as readonly string[]).includes(role) &&
  (only === undefined || only.includes(permission)) &&
  (serviceIds === undefined || isAboveServices(permission) || (typeof serviceId === 'string' && serviceIds.includes(serviceId)))

/** A token that is limited to services knows of nothing beside them. */
const knows = (grant: Grant, { applicationId, serviceId }: Resource): boolean =>
  grant.serviceIds === undefined ||
  !applicationId ||
  (grant.applicationId === applicationId && (!serviceId || grant.serviceIds.includes(serviceId)))

/** The one answer to "may this actor do that here?". Pages, actions, API, streams and jobs all end here. */
export function can(actor: Actor, permission: Permission, resource: Resource = {}): boolean {
  if (actor.kind === 'system') return true
  const rule: { roles: readonly string[]; operator?: true; reviewer?: true } = policy[permission]
  const isInScope = actor.token === undefined || actor.token.permissions.includes(permission)
  if (isInScope && ((rule.operator && actor.isOperator) || (rule.reviewer && actor.isReviewer))) return true
  return actor.grants.some((grant) => covers(grant, resource) && holds(grant, permission, resource))
}

/** Whether somebody has one of these roles there: policies narrow whose word counts among those who may. */
export const hasRole = (actor: Actor, roles: readonly Role[], resource: Resource): boolean =>
  actor.kind === 'person' && actor.grants.some((grant) => covers(grant, resource) && roles.includes(grant.role))

/** Whether the actor may know that something of this organisation or application exists. */
export function mayKnow(actor: Actor, resource: Resource): boolean {
  if (actor.kind === 'system') return true
  if (!resource.organizationId) return actor.isOperator
  // Who has a role for one application knows of its organisation, though not of its other applications.
  const { organizationId, applicationId } = resource
  return actor.grants.some(
    (grant) => (applicationId ? covers(grant, resource) : grant.organizationId === organizationId) && knows(grant, resource),
  )
}

/** Throws `not_found` for what one may not know of, `forbidden` with the permission and its givers for what one may only see. */
export function authorize(actor: Actor, permission: Permission, resource: Resource = {}, what = 'This'): void {
  if (can(actor, permission, resource)) return
  if (!mayKnow(actor, resource)) throw notFound(what)
  throw new AppError('forbidden', whyNot(permission, actor), {
    permission,
    needs: policy[permission].roles,
    ...(isOutOfScope(actor, permission) ? { scopes: scopesWith(permission) } : {}),
  })
}

const isOutOfScope = (actor: Actor, permission: Permission): boolean =>
  actor.kind === 'person' && actor.token !== undefined && !actor.token.permissions.includes(permission)

/** The reason shown beside an action that is off. */
export function whyNot(permission: Permission, actor?: Actor): string {
  if (actor && isOutOfScope(actor, permission)) {
    const [scope] = scopesWith(permission)
    const why = scope ? `It lacks the scope “${scope}”.` : 'No token may: it takes a person who is signed in.'
    return `This token may not ${policy[permission].says}. ${why}`
  }
  const rule: { says: string; roles: readonly string[]; operator?: true } = policy[permission]
  const who = rule.roles.length > 0 ? `${rule.roles.join(', ')} of this organisation` : rule.operator ? 'an operator' : 'a reviewer'
  return `You may not ${rule.says}. This needs: ${who}.`
}

/** Organisations and applications an actor may see, as a Prisma `where` fragment: forgetting a check yields nothing, not everything. */
export function visibleTo(actor: Actor): { OR: object[] } | object {
  if (actor.kind === 'system') return {}
  return {
    OR: [
      { organizationId: { in: actor.grants.filter((grant) => grant.applicationId === null).map((grant) => grant.organizationId) } },
      { applicationId: { in: actor.grants.flatMap((grant) => (grant.applicationId ? [grant.applicationId] : [])) } },
    ],
  }
}
