import type { Actor } from '@/lib/auth/actor'
import { authorize, can, type Resource } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import { db } from '@/lib/db/client'
import type { Where } from '@/lib/db/where'
import { notFound } from '@/lib/errors'

export interface ScopeAsk {
  readonly organization: string
  readonly application?: string | undefined
}

export interface ScopePart {
  readonly id: string
  readonly slug: string
  readonly name: string
}

/** What of an organisation an actor looks at: one application, those that a role was given for, or all (null). */
export interface Scope {
  readonly organization: ScopePart
  readonly application: ScopePart | null
  readonly applicationIds: readonly string[] | null
}

/** The one lookup of every list: an organisation or application one may not know of is not there. */
export async function findScope(actor: Actor, { organization: slug, application: applicationSlug }: ScopeAsk): Promise<Scope> {
  const found = await db.organization.findUnique({
    where: { slug, archivedAt: null },
    select: {
      id: true,
      slug: true,
      name: true,
      applications: applicationSlug ? { where: { slug: applicationSlug, archivedAt: null } } : false,
    },
  })
  if (!found) throw notFound('This organisation')
  const organization = { id: found.id, slug: found.slug, name: found.name }
  if (applicationSlug) {
    const application = found.applications[0]
    if (!application) throw notFound('This application')
    authorize(actor, 'organization.see', { organizationId: found.id, applicationId: application.id }, 'This application')
    return { organization, application, applicationIds: [application.id] }
  }
  if (can(actor, 'organization.see', { organizationId: found.id })) return { organization, application: null, applicationIds: null }
  const grants = actor.kind === 'person' ? actor.grants : []
  const own = grants.filter((grant) => grant.organizationId === found.id).flatMap((grant) => grant.applicationId ?? [])
  if (own.length === 0) throw notFound('This organisation')
  return { organization, application: null, applicationIds: own }
}

/** Only rows of this scope; `alias` is the table that has organizationId and applicationId. */
export function within(where: Where, { organization, applicationIds }: Scope, alias: string): Where {
  if (!applicationIds) return where.and(`${alias}."organizationId" = ?`, organization.id)
  const [only] = applicationIds
  if (applicationIds.length === 1) return where.and(`${alias}."applicationId" = ?`, only)
  return where.and(`${alias}."applicationId" = any(?::text[])`, applicationIds)
}

/** The same as a Prisma fragment. */
export const scopeWhere = ({ organization, applicationIds }: Scope) =>
  applicationIds ? { organizationId: organization.id, applicationId: { in: [...applicationIds] } } : { organizationId: organization.id }

/** What a permission is asked for in this scope. Without an application: one of them is enough. */
export function canInScope(actor: Actor, permission: Permission, scope: Scope): boolean {
  return resourcesOf(scope).some((resource) => can(actor, permission, resource))
}

export const resourcesOf = ({ organization, applicationIds }: Scope): Resource[] =>
  applicationIds
    ? applicationIds.map((applicationId) => ({ organizationId: organization.id, applicationId }))
    : [{ organizationId: organization.id }]
