import { listMembers } from '@/lib/accounts/list-members'
import { type NameOf, namePeople } from '@/lib/accounts/name-people'
import type { PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { gateOf, refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { ApiToken } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { findScope, resourcesOf, type Scope } from '@/lib/organizations/find-scope'
import { scopesFor, whyNotManage, whyNotOwn } from './token-gate'
import type { TokensView, TokenView } from './views'

const mostShown = 500
/** What is over stays to be seen for so long. */
const shownAfterMs = 90 * 24 * 3_600_000

const recent = () => ({
  OR: [{ revokedAt: null }, { revokedAt: { gt: new Date(clock.nowMs() - shownAfterMs) } }],
  expires: { gt: new Date(clock.nowMs() - shownAfterMs) },
})

/** Tokens of one's own: those that are good, and those that were. */
export async function listOwnTokens(actor: PersonActor): Promise<TokensView> {
  const rows = await db.apiToken.findMany({
    where: { userId: actor.id, isShared: false, ...recent() },
    orderBy: { createdAt: 'desc' },
    take: mostShown,
  })
  const organizationIds = [...new Set(actor.grants.map((grant) => grant.organizationId))]
  return {
    organization: null,
    items: await viewsOf(rows, () => ({ allowed: true })),
    scopes: scopesFor(actor, { isShared: false }),
    places: await placesOf(actor, organizationIds),
    gates: { make: gateOf(whyNotOwn(actor)) },
  }
}

/** Tokens of an organisation, for those who manage them there. */
export async function listTokens(actor: PersonActor, { organization }: { organization: string }): Promise<TokensView> {
  const scope = await findScope(actor, { organization })
  const refused = resourcesOf(scope).map((resource) => whyNotManage(actor, resource))
  if (refused.every(Boolean)) refuse(refused[0])
  const rows = (await rowsOf(scope)).filter((row) => can(actor, 'token.manage', row))
  const people = await listMembers(scope.organization.id)
  return {
    organization: { slug: scope.organization.slug, name: scope.organization.name },
    items: await viewsOf(rows, (row) => gateOf(whyNotManage(actor, row), people, row)),
    scopes: scopesFor(actor, { isShared: true }),
    places: await placesOf(actor, [scope.organization.id]),
    gates: { make: gateOf(undefined) },
  }
}

const rowsOf = ({ organization, applicationIds }: Scope) =>
  db.apiToken.findMany({
    where: {
      isShared: true,
      organizationId: organization.id,
      ...(applicationIds ? { applicationId: { in: [...applicationIds] } } : {}),
      ...recent(),
    },
    orderBy: { createdAt: 'desc' },
    take: mostShown,
  })

async function viewsOf(rows: readonly ApiToken[], revokeGate: (row: ApiToken) => TokenView['gates']['revoke']): Promise<TokenView[]> {
  const ids = (key: 'organizationId' | 'applicationId') => [...new Set(rows.flatMap((row) => row[key] ?? []))]
  const [nameOf, organizations, applications, services] = await Promise.all([
    namePeople(rows.flatMap((row) => [row.userId, row.revokedById])),
    db.organization.findMany({ where: { id: { in: ids('organizationId') } }, select: { id: true, slug: true, name: true } }),
    db.application.findMany({ where: { id: { in: ids('applicationId') } }, select: { id: true, slug: true, name: true } }),
    db.service.findMany({ where: { id: { in: [...new Set(rows.flatMap((row) => row.serviceIds))] } }, select: { id: true, name: true } }),
  ])
  const ref = (all: readonly { id: string; slug: string; name: string }[], id: string | null) => {
    const found = all.find((one) => one.id === id)
    return found ? { slug: found.slug, name: found.name } : null
  }
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    organization: ref(organizations, row.organizationId),
    application: ref(applications, row.applicationId),
    services: row.serviceIds.map((id) => services.find((one) => one.id === id)?.name ?? id),
    by: nameOf(row.userId),
    createdAt: iso(row.createdAt),
    expires: iso(row.expires),
    lastUsedAt: isoOrNull(row.lastUsedAt),
    lastAddress: row.lastAddress,
    ...endOf(row, nameOf),
    gates: { revoke: revokeGate(row) },
  }))
}

function endOf({ revokedAt, revokedById, expires }: ApiToken, nameOf: NameOf): Pick<TokenView, 'state' | 'revoked'> {
  if (revokedAt) return { state: 'revoked', revoked: { at: iso(revokedAt), by: revokedById ? nameOf(revokedById) : null } }
  return { state: expires <= clock.now() ? 'expired' : 'active', revoked: null }
}

const mostServices = 500

/** What a token may be limited to: only what its maker sees. */
async function placesOf(actor: PersonActor, organizationIds: readonly string[]): Promise<TokensView['places']> {
  const rows = await db.organization.findMany({
    where: { id: { in: [...organizationIds] }, archivedAt: null },
    include: { applications: { where: { archivedAt: null }, orderBy: { createdAt: 'asc' } } },
    orderBy: { createdAt: 'asc' },
  })
  const visible = rows.map(({ id, slug, name, applications }) => ({
    slug,
    name,
    applications: applications.filter((one) => can(actor, 'service.see', { organizationId: id, applicationId: one.id })),
  }))
  const services = await db.service.findMany({
    where: { applicationId: { in: visible.flatMap((one) => one.applications.map(({ id }) => id)) }, removedAt: null, isRoute: false },
    select: { applicationId: true, name: true },
    orderBy: { name: 'asc' },
    take: mostServices,
  })
  return visible.map(({ slug, name, applications }) => ({
    slug,
    name,
    applications: applications.map((one) => ({
      slug: one.slug,
      name: one.name,
      services: services.filter((service) => service.applicationId === one.id).map((service) => service.name),
    })),
  }))
}
