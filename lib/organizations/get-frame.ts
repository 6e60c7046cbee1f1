import { listMembers } from '@/lib/accounts/list-members'
import type { PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { Role } from '@/lib/db/generated/enums'
import { countWaitingFor } from '@/lib/deploys/count-waiting-for'
import { countUnread } from '@/lib/notices/list-notices'
import { pace } from '@/lib/pace'
import { countRequests } from '@/lib/quotas/list-requests'
import { findScope, resourcesOf, scopeWhere } from './find-scope'
import type { FrameView, OrganizationChoice } from './views'

const strength: readonly Role[] = ['viewer', 'developer', 'admin', 'owner']

/** Everything around a page: who one is, where one may go, and what waits. */
export async function getFrame(actor: PersonActor, { organization: slug }: { organization: string | null }): Promise<FrameView> {
  const scope = slug ? await findScope(actor, { organization: slug }) : null
  const user = await db.user.findUniqueOrThrow({ where: { id: actor.id }, select: { id: true, name: true, email: true, isOperator: true } })
  const organizations = await choicesOf(actor)
  const roles = actor.grants.filter((grant) => grant.organizationId === scope?.organization.id).map((grant) => grant.role)
  const resource = scope ? (resourcesOf(scope)[0] ?? {}) : {}
  const session = await db.session.findFirst({
    where: { userId: actor.id, demoLinkId: { not: null }, expires: { gt: new Date() } },
    select: { id: true },
  })
  const create = lacks(actor, 'deploy.request', resource)
  const publish = lacks(actor, 'package.publish', resource)
  const members = scope && (create || publish) ? await listMembers(scope.organization.id) : []
  return {
    user: { ...user, name: user.name ?? user.email },
    organizations,
    organization: organizations.find((one) => one.slug === slug) ?? null,
    role: roles.sort((a, b) => strength.indexOf(b) - strength.indexOf(a))[0] ?? null,
    counts: {
      services: scope ? await db.service.count({ where: { ...scopeWhere(scope), removedAt: null, isRoute: false }, take: 1000 }) : null,
      requests: can(actor, 'user.manage') ? await countRequests() : 0,
      unread: await countUnread(actor.id),
      approvals: scope ? await countWaitingFor(actor, scope.organization.id) : 0,
    },
    gates: {
      createService: gateOf(create, members, resource),
      publishPackage: gateOf(publish, members, resource),
    },
    limits: { unknownAfterMs: pace('unknownAfter'), lostAfterMs: pace('faultPatience') },
    demoPeopleHref: session ? '/sign-in/people' : null,
  }
}

/** Organisations of this person, and in each the applications a role was given for. */
async function choicesOf(actor: PersonActor): Promise<OrganizationChoice[]> {
  const rows = await db.organization.findMany({
    where: { id: { in: actor.grants.map((grant) => grant.organizationId) }, archivedAt: null },
    include: { applications: { where: { archivedAt: null }, orderBy: { createdAt: 'asc' } } },
    orderBy: { createdAt: 'asc' },
  })
  return rows.map(({ id, slug, name, applications }) => {
    const mine = actor.grants.filter((grant) => grant.organizationId === id)
    const visible = applications.filter((one) => mine.some((grant) => grant.applicationId === null || grant.applicationId === one.id))
    return { id, slug, name, applications: visible.map((one) => ({ slug: one.slug, name: one.name })) }
  })
}
