import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { anywhere, Where } from '@/lib/db/where'
import { iso, isoOrNull } from '@/lib/iso-time'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { namePeople } from './name-people'
import { whyNotBlock, whyNotUnblock } from './user-gate'
import { type UserList, type UserView, userFilters } from './views'

export const ListUsersSchema = PageAskSchema.extend({
  q: z.string().trim().max(100).optional(),
  /** Any of them: blocked, operators, reviewers, members of no organisation. */
  state: z.array(z.enum(userFilters)).optional(),
})

const KeySchema = z.tuple([z.string(), z.string()])

const conditionOf = {
  blocked: 'u."blockedAt" is not null',
  operator: 'u."isOperator"',
  reviewer: 'u."isReviewer"',
  nowhere: 'not exists (select 1 from "Member" m where m."userId" = u.id)',
} satisfies Record<(typeof userFilters)[number], string>

/** Everybody who may ever have signed in, by name, for operators. */
export async function listUsers(actor: Actor, input: z.input<typeof ListUsersSchema>): Promise<UserList> {
  authorize(actor, 'user.manage', {}, 'The list of users')
  const ask = parseAsk(ListUsersSchema, input)
  const turn = turnOf(ask, KeySchema)
  const order = orderOf(turn, false)
  const name = 'lower(coalesce(u.name, u.email))'
  const where = new Where()
  if (ask.q) where.and('(u.name ilike ? or u.email ilike ?)', anywhere(ask.q), anywhere(ask.q))
  if (ask.state?.length) where.and(ask.state.map((state) => conditionOf[state]).join(' or '))
  if (turn.key) where.and(`(${name}, u.id) ${order.operator} (?::text, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; name: string }>(
    `select u.id, ${name} as name from "User" u where ${where.text}
     order by ${name} ${order.direction}, u.id ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row): [string, string] => [row.name, row.id])
  const views = await userViews(
    actor,
    page.rows.map((row) => row.id),
  )
  return {
    items: page.rows.flatMap((row) => views.get(row.id) ?? []),
    next: page.next,
    previous: page.previous,
    total: page.total,
    blocked: await db.user.count({ where: { blockedAt: { not: null } }, take: 99 }),
  }
}

async function userViews(actor: Actor, ids: readonly string[]): Promise<Map<string, UserView>> {
  const users = await db.user.findMany({
    where: { id: { in: [...ids] } },
    include: {
      members: {
        where: { organization: { archivedAt: null } },
        include: { organization: true, application: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      },
      _count: { select: { sessions: { where: { expires: { gt: clock.now() } } } } },
    },
  })
  const nameOf = await namePeople(users.map((user) => user.blockedById))
  return new Map(
    users.map((user): [string, UserView] => [
      user.id,
      {
        id: user.id,
        name: user.name ?? user.email,
        email: user.email,
        isOperator: user.isOperator,
        isReviewer: user.isReviewer,
        createdAt: iso(user.createdAt),
        lastSignInAt: isoOrNull(user.lastSignInAt),
        sessions: user._count.sessions,
        blocked: user.blockedAt && {
          at: iso(user.blockedAt),
          reason: user.blockedReason ?? '',
          by: user.blockedById ? nameOf(user.blockedById) : null,
        },
        organizations: user.members.map(({ organization: { slug, name }, role, application }) => ({
          slug,
          name,
          role,
          application: application?.name ?? null,
        })),
        gates: { block: gateOf(whyNotBlock(actor, user)), unblock: gateOf(whyNotUnblock(actor, user)) },
      },
    ]),
  )
}
