import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { db, pool } from '@/lib/db/client'
import { anywhere, Where } from '@/lib/db/where'
import { groupBy } from '@/lib/group-by'
import { iso, isoOrNull } from '@/lib/iso-time'
import { whyNotAppoint } from '@/lib/members/member-gate'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { amountsOf } from '@/lib/quotas/quotas-of'
import { powersOf } from './cluster-powers'
import { type OrganizationRow, type OrganizationRows, organizationFilters } from './views'

export const ListOrganizationsSchema = PageAskSchema.extend({
  q: z.string().trim().max(100).optional(),
  state: z.array(z.enum(organizationFilters)).optional(),
})

const KeySchema = z.tuple([z.string(), z.string()])

const conditionOf = {
  archived: 'o."archivedAt" is not null',
  ownerless: `o."archivedAt" is null and not exists (
    select 1 from "Member" m join "User" u on u.id = m."userId"
    where m."organizationId" = o.id and m."applicationId" is null and m.role = 'owner' and u."blockedAt" is null)`,
} satisfies Record<(typeof organizationFilters)[number], string>

/** Whose services run here, by name, for operators: how large each is and who owns it, and nothing of what is in it. */
export async function listOrganizations(actor: Actor, input: z.input<typeof ListOrganizationsSchema>): Promise<OrganizationRows> {
  authorize(actor, 'user.manage', {}, 'The list of organisations')
  const ask = parseAsk(ListOrganizationsSchema, input)
  const turn = turnOf(ask, KeySchema)
  const order = orderOf(turn, false)
  const where = new Where()
  if (ask.q) where.and('(o.name ilike ? or o.slug ilike ?)', anywhere(ask.q), anywhere(ask.q))
  if (ask.state?.length) where.and(ask.state.map((state) => `(${conditionOf[state]})`).join(' or '))
  if (turn.key) where.and(`(lower(o.name), o.id) ${order.operator} (?::text, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select o.id, lower(o.name) as name from "Organization" o where ${where.text}
     order by lower(o.name) ${order.direction}, o.id ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row): [string, string] => [row.name, row.id])
  const views = await viewsOf(
    actor,
    page.rows.map((row) => row.id),
  )
  return { ...page, items: page.rows.flatMap((row) => views.get(row.id) ?? []) }
}

async function viewsOf(actor: Actor, ids: readonly string[]): Promise<Map<string, OrganizationRow>> {
  const inThem = { organizationId: { in: [...ids] } }
  const [found, owners, services, quotas] = await Promise.all([
    db.organization.findMany({
      where: { id: { in: [...ids] } },
      include: { _count: { select: { members: true, applications: { where: { archivedAt: null } } } } },
    }),
    db.member.findMany({
      where: { ...inThem, role: 'owner', applicationId: null },
      include: { user: true },
      orderBy: { createdAt: 'asc' },
    }),
    db.service.groupBy({ by: ['organizationId'], where: { ...inThem, removedAt: null }, _count: true }),
    db.quota.findMany({ where: { subjectId: { in: [...ids] } } }),
  ])
  const ownersIn = groupBy(owners, (one) => one.organizationId)
  return new Map(
    found.map(({ id, slug, name, createdAt, archivedAt, clusterPowers, _count }): [string, OrganizationRow] => {
      const own = (ownersIn.get(id) ?? []).map(({ user }) => user)
      const active = own.filter((user) => !user.blockedAt).map((user) => user.id)
      return [
        id,
        {
          id,
          slug,
          name,
          createdAt: iso(createdAt),
          archivedAt: isoOrNull(archivedAt),
          owners: own.map((user) => ({
            id: user.id,
            name: user.name ?? user.email,
            isBlocked: user.blockedAt !== null,
            kind: 'person' as const,
          })),
          members: _count.members,
          applications: _count.applications,
          services: services.find((one) => one.organizationId === id)?._count ?? 0,
          powers: powersOf({ clusterPowers }),
          quota: quotas.filter((quota) => quota.subjectId === id).map(amountsOf)[0] ?? null,
          gates: { appoint: gateOf(whyNotAppoint(actor, active)) },
        },
      ]
    }),
  )
}
