import { z } from 'zod'
import { listMembers as listPeople } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { policy } from '@/lib/auth/policy'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { Application, Prisma } from '@/lib/db/generated/client'
import type { Role } from '@/lib/db/generated/enums'
import { anywhere, Where } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { archiveFacts } from '@/lib/organizations/archive-facts'
import { whyNotArchive } from '@/lib/organizations/archive-gate'
import { findScope, resourcesOf, type Scope } from '@/lib/organizations/find-scope'
import { RoleSchema } from '@/lib/organizations/views'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { isStronger } from './give-role'
import { ownersOf } from './lock-organization'
import { whyNotChange, whyNotGive, whyNotRemove } from './member-gate'
import type { InvitationView, MembersView, MemberView, RoleRequestView } from './views'

export const ListMembersSchema = PageAskSchema.extend({
  organization: z.string().max(100),
  /** Part of a name or an e-mail. */
  q: z.string().trim().max(100).optional(),
})
type Ask = z.output<typeof ListMembersSchema>

/** Of what is open beside the members the newest are shown: who has more than these takes some back first. */
const mostOpen = 100

/** Who belongs to an organisation and as what; for those who may, the links that are out, too. */
export async function getMembers(actor: PersonActor, input: z.input<typeof ListMembersSchema>): Promise<MembersView> {
  const ask = parseAsk(ListMembersSchema, input)
  const scope = await findScope(actor, ask)
  const organizationId = scope.organization.id
  const whole = { organizationId, applicationId: null }
  const people = await listPeople(organizationId, { roles: policy['organization.manage'].roles })
  const facts = { owners: await ownersOf(db, organizationId) }
  const all = await db.application.findMany({
    where: { organizationId, ...(scope.applicationIds ? { id: { in: [...scope.applicationIds] } } : {}) },
    orderBy: { createdAt: 'asc' },
  })
  const page = await findPage(scope, ask)
  const [found, own] = await Promise.all([
    db.member.findMany({ where: { id: { in: page.rows.map((row) => row.id) } }, include: withAll }),
    db.member.findMany({
      where: { userId: actor.id, organizationId },
      orderBy: { applicationId: { sort: 'asc', nulls: 'first' } },
      take: 1,
    }),
  ])
  const items = page.rows.flatMap(({ id }) => found.find((one) => one.id === id) ?? []).map((row) => viewOf(actor, row, { people, facts }))
  return {
    organization: { slug: scope.organization.slug, name: scope.organization.name },
    applications: await applicationsOf(
      actor,
      all.filter((one) => !one.archivedAt),
      people,
    ),
    archived: all
      .filter((one) => can(actor, 'organization.manage', { organizationId, applicationId: one.id }))
      .flatMap(({ id, slug, name, archivedAt }) => (archivedAt ? { id, slug, name, at: iso(archivedAt) } : [])),
    items,
    next: page.next,
    previous: page.previous,
    total: page.total,
    invitations: await invitationsOf(actor, scope),
    requests: await requestsOf(actor, scope, people),
    askable: RoleSchema.options.filter((role) => role !== 'owner' && !mineIn(actor, scope).some((own) => !isStronger(role, own))),
    roles: RoleSchema.options.filter((role) =>
      resourcesOf(scope).some((resource) => !whyNotGive(actor, role, { organizationId, applicationId: resource.applicationId ?? null })),
    ),
    gates: {
      invite: gateOf(
        resourcesOf(scope).some((one) => can(actor, 'organization.manage', one)) ? undefined : lacks(actor, 'organization.manage', whole),
        people,
        whole,
      ),
      makeApplication: gateOf(lacks(actor, 'organization.manage', whole), people, whole),
      rename: gateOf(lacks(actor, 'organization.manage', whole), people, whole),
      giveAway: gateOf(lacks(actor, 'organization.delete', whole), people, whole),
      archive: gateOf(lacks(actor, 'organization.delete', whole), people, whole),
      leave: own[0] ? gateOf(whyNotRemove(actor, own[0], facts), people, own[0]) : { allowed: false },
    },
  }
}

async function applicationsOf(
  actor: PersonActor,
  living: readonly Application[],
  people: readonly PersonActor[],
): Promise<MembersView['applications']> {
  const factsOf = await archiveFacts(
    db,
    living[0]?.organizationId ?? '',
    living.map((one) => one.id),
  )
  return living.map(({ id, slug, name, organizationId }) => {
    const resource = { organizationId, applicationId: id }
    return {
      id,
      slug,
      name,
      gates: {
        rename: gateOf(lacks(actor, 'organization.manage', resource), people, resource),
        archive: gateOf(whyNotArchive(actor, { id, organizationId }, factsOf(id)), people, resource),
      },
    }
  })
}

const withAll = { user: true, application: true } as const
type Row = Prisma.MemberGetPayload<{ include: typeof withAll }>

interface Known {
  readonly people: readonly PersonActor[]
  readonly facts: { readonly owners: string[] }
}

function viewOf(actor: PersonActor, { user, application, ...member }: Row, { people, facts }: Known): MemberView {
  const gate = (no: Parameters<typeof gateOf>[0]) => gateOf(no, people, member)
  return {
    id: member.id,
    userId: user.id,
    name: user.name ?? user.email,
    email: user.email,
    isBlocked: user.blockedAt !== null,
    isYou: user.id === actor.id,
    role: member.role,
    application: application && { id: application.id, slug: application.slug, name: application.name },
    since: iso(member.createdAt),
    gates: {
      change: gate(whyNotChange(actor, member, facts)),
      remove: gate(whyNotRemove(actor, member, facts)),
    },
  }
}

const KeySchema = z.tuple([z.string(), z.string()])

/** As they came, the first one first. */
async function findPage({ organization, applicationIds }: Scope, ask: Ask) {
  const turn = turnOf(ask, KeySchema)
  const { direction, operator, take } = orderOf(turn, false)
  const where = new Where().and('m."organizationId" = ?', organization.id)
  if (applicationIds) where.and('m."applicationId" is null or m."applicationId" = any(?::text[])', applicationIds)
  if (ask.q) where.and('u.name ilike ? or u.email ilike ?', anywhere(ask.q), anywhere(ask.q))
  if (turn.key) where.and(`(m."createdAt", m.id) ${operator} (?::timestamp, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; at: string }>(
    `select m.id, m."createdAt"::text as at from "Member" m join "User" u on u.id = m."userId" where ${where.text}
     order by m."createdAt" ${direction}, m.id ${direction} limit ${take}`,
    where.values,
  )
  return toPage(rows, turn, (row): z.infer<typeof KeySchema> => [row.at, row.id])
}

async function invitationsOf(actor: PersonActor, { organization, applicationIds }: Scope): Promise<InvitationView[]> {
  const rows = await db.invitation.findMany({
    where: {
      organizationId: organization.id,
      usedAt: null,
      revokedAt: null,
      expires: { gt: clock.now() },
      ...(applicationIds ? { applicationId: { in: [...applicationIds] } } : {}),
    },
    orderBy: { createdAt: 'desc' },
    take: mostOpen,
  })
  const shown = rows.filter((row) => can(actor, 'organization.manage', row))
  const nameOf = await namePeople(shown.map((row) => row.createdBy))
  const applications = await db.application.findMany({ where: { id: { in: shown.flatMap((row) => row.applicationId ?? []) } } })
  return shown.map(({ id, role, applicationId, email, createdBy, expires }) => {
    const application = applications.find((one) => one.id === applicationId)
    return {
      id,
      role,
      email,
      application: application ? { id: application.id, slug: application.slug, name: application.name } : null,
      by: nameOf(createdBy),
      expires: iso(expires),
    }
  })
}

/** Roles that one has here, anywhere in it. */
const mineIn = (actor: PersonActor, { organization }: Scope): Role[] =>
  actor.grants.filter((grant) => grant.organizationId === organization.id).map((grant) => grant.role)

async function requestsOf(actor: PersonActor, { organization }: Scope, people: readonly PersonActor[]): Promise<RoleRequestView[]> {
  const where = { organizationId: organization.id, state: 'asked' } as const
  const rows = await db.roleRequest.findMany({ where, orderBy: { createdAt: 'asc' }, take: mostOpen })
  const shown = rows.filter((row) => row.userId === actor.id || !whyNotGive(actor, row.role, row))
  const nameOf = await namePeople(shown.map((row) => row.userId))
  const applications = await db.application.findMany({ where: { id: { in: shown.flatMap((row) => row.applicationId ?? []) } } })
  return shown.map((row) => {
    const application = applications.find((one) => one.id === row.applicationId)
    return {
      id: row.id,
      by: nameOf(row.userId),
      isYou: row.userId === actor.id,
      role: row.role,
      application: application ? { id: application.id, slug: application.slug, name: application.name } : null,
      reason: row.reason,
      state: row.state,
      at: iso(row.createdAt),
      gate: gateOf(whyNotGive(actor, row.role, row), people, row),
    }
  })
}
