import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { db, pool } from '@/lib/db/client'
import { anywhere, literally, Where } from '@/lib/db/where'
import { findScope, type Scope, within } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { EnvironmentSchema } from '@/lib/views'
import { deployRows } from './deploy-rows'
import { DeployKindSchema, type DeployList, DeployStateSchema } from './views'

export const ListDeploysSchema = PageAskSchema.extend({
  organization: z.string(),
  application: z.string().optional(),
  view: z.enum(['all', 'open', 'failed', 'mine']).default('all'),
  state: z.array(DeployStateSchema).optional(),
  kind: z.array(DeployKindSchema).optional(),
  environment: z.array(EnvironmentSchema).optional(),
  /** Name of a service at the time. */
  service: z.string().max(100).optional(),
  serviceId: z.string().max(100).optional(),
  /** Name of a runtime. */
  runtime: z.string().max(100).optional(),
  requester: z.string().max(100).optional(),
  /** Part of a service's or person's name, a number, or the beginning of a plan's hash. */
  q: z.string().trim().max(100).optional(),
  sort: z.enum(['asked', '-asked']).optional(),
})
export type ListDeploysInput = z.input<typeof ListDeploysSchema>
type Parsed = z.output<typeof ListDeploysSchema>

const KeySchema = z.tuple([z.boolean(), z.int()])
type Key = z.infer<typeof KeySchema>

interface Found {
  id: string
  number: number
  open: boolean
}

/** Open ones first, then those that ended, newest first; with a view or an order chosen, by number alone. */
export async function listDeploys(actor: Actor, input: ListDeploysInput): Promise<DeployList> {
  const ask = parseAsk(ListDeploysSchema, input)
  const scope = await findScope(actor, ask)
  const turn = turnOf(ask, KeySchema)
  const isGrouped = !ask.sort && ask.view === 'all'
  const order = orderOf(turn, ask.sort !== 'asked')
  const where = await conditions(actor, scope, ask)
  if (turn.key) pageFrom(where, turn.key, { isGrouped, operator: order.operator })
  const by = isGrouped ? `(r."endedAt" is null) ${order.direction}, r.number ${order.direction}` : `r.number ${order.direction}`
  const { rows: found } = await pool.query<Found>(
    `select r.id, r.number, (r."endedAt" is null) as open from "DeployRecord" r where ${where.text} order by ${by} limit ${order.take}`,
    where.values,
  )
  const page = toPage(found, turn, (row): Key => [row.open, row.number])
  const records = await db.deployRecord.findMany({ where: { id: { in: page.rows.map((row) => row.id) } } })
  const byId = new Map(records.map((record) => [record.id, record]))
  const items = await deployRows(
    actor,
    page.rows.flatMap((row) => byId.get(row.id) ?? []),
  )
  return { items, next: page.next, previous: page.previous, total: page.total, open: await countOpen(scope) }
}

function pageFrom(where: Where, [open, number]: Key, { isGrouped, operator }: { isGrouped: boolean; operator: string }): void {
  if (isGrouped) where.and(`((r."endedAt" is null), r.number) ${operator} (?::boolean, ?::int)`, open, number)
  else where.and(`r.number ${operator} ?::int`, number)
}

async function conditions(actor: Actor, scope: Scope, ask: Parsed): Promise<Where> {
  const where = within(new Where(), scope, 'r').and('r."hiddenAt" is null')
  // Of a group its own record is listed; its parts stand there, and at their services.
  if (!ask.service && !ask.serviceId) where.and('r."partOfId" is null')
  if (ask.view === 'open') where.and('r."endedAt" is null')
  if (ask.view === 'failed') where.and(`r.state = 'failed'`)
  if (ask.view === 'mine') where.and('r."requesterId" = ?', actor.id)
  if (ask.state?.length) where.and('r.state = any(?::"DeployState"[])', ask.state)
  if (ask.kind?.length) where.and('r.kind = any(?::"DeployKind"[])', ask.kind)
  if (ask.environment?.length) where.and('r.environment = any(?::"Environment"[])', ask.environment)
  if (ask.service) where.and('r."serviceName" = ?', ask.service)
  if (ask.serviceId) where.and('r."serviceId" = ?', ask.serviceId)
  if (ask.requester) where.and('r."requesterId" = ?', ask.requester)
  if (ask.runtime)
    where.and(
      `exists (select 1 from "DeployTarget" t join "Runtime" u on u.id = t."runtimeId" where t."recordId" = r.id and u.name = ?)`,
      ask.runtime,
    )
  if (ask.q) await search(where, scope, ask.q)
  return where
}

/** People and hashes are looked up first, so that the list itself is still one walk along its index. */
async function search(where: Where, scope: Scope, q: string): Promise<void> {
  const people = await db.member.findMany({
    where: { organizationId: scope.organization.id, user: { name: { contains: literally(q), mode: 'insensitive' } } },
    select: { userId: true },
    take: 50,
  })
  const plans = /^[0-9a-f]{4,64}$/.test(q)
    ? await db.plan.findMany({ where: { hash: { gte: q, lt: `${q}g` } }, select: { recordId: true }, take: 50 })
    : []
  const number = /^#?(\d{1,9})$/.exec(q)?.[1]
  where.and(
    `r."serviceName" ilike ? or r."requesterId" = any(?::text[]) or r.id = any(?::text[]) or r.number = ?::int`,
    anywhere(q),
    people.map((member) => member.userId),
    plans.map((plan) => plan.recordId),
    number ? Number(number) : null,
  )
}

const countedAtMost = 1000

/** Bounded: past a thousand the exact number helps nobody. */
async function countOpen(scope: Scope): Promise<number> {
  const where = within(new Where(), scope, 'r').and('r."endedAt" is null').and('r."hiddenAt" is null').and('r."partOfId" is null')
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from "DeployRecord" r where ${where.text} limit ${countedAtMost}) as open`,
    where.values,
  )
  return rows[0]?.count ?? 0
}
