import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { Where } from '@/lib/db/where'
import { iso } from '@/lib/iso-time'
import { countAccounts } from '@/lib/machines/accounts'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { requestViews } from './request-views'
import type { QuotaRequestList, SharedPool } from './views'

export const ListRequestsSchema = PageAskSchema.extend({ view: z.enum(['open', 'decided']).default('open') })
const KeySchema = z.tuple([z.string(), z.string()])

/** What organisations ask operators for: what waits, the oldest first; what was decided, the newest first. */
export async function listRequests(actor: Actor, input: z.input<typeof ListRequestsSchema>): Promise<QuotaRequestList> {
  authorize(actor, 'user.manage', {}, 'The requests')
  const ask = parseAsk(ListRequestsSchema, input)
  const turn = turnOf(ask, KeySchema)
  const order = orderOf(turn, ask.view === 'decided')
  const where = new Where().and(ask.view === 'open' ? `r.state = 'asked'` : `r.state <> 'asked'`)
  if (turn.key) where.and(`(r."stateSince", r.id) ${order.operator} (?::timestamp, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; at: string }>(
    `select r.id, r."stateSince"::text as at from "QuotaRequest" r where ${where.text}
     order by r."stateSince" ${order.direction}, r.id ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row): [string, string] => [row.at, row.id])
  const found = await db.quotaRequest.findMany({ where: { id: { in: page.rows.map((row) => row.id) } } })
  const byId = new Map(found.map((request) => [request.id, request]))
  return {
    items: await requestViews(
      actor,
      page.rows.flatMap((row) => byId.get(row.id) ?? []),
    ),
    next: page.next,
    previous: page.previous,
    total: page.total,
    waiting: await countRequests(),
    shared: await sharedPools(found.map((request) => request.runtimeId)),
    asOf: iso(clock.now()),
  }
}

/** How many wait for an operator. Counts to 99. */
export const countRequests = async (): Promise<number> => db.quotaRequest.count({ where: { state: 'asked' }, take: 99 })

async function sharedPools(runtimeIds: readonly string[]): Promise<SharedPool[]> {
  const shared = [...(await countAccounts(runtimeIds))].filter(([, counts]) => counts.shared > 0)
  const grants = await db.runtimeGrant.findMany({
    where: { runtimeId: { in: shared.map(([id]) => id) } },
    select: { runtimeId: true, organization: { select: { name: true } } },
    orderBy: { organization: { name: 'asc' } },
  })
  return shared.map(([runtimeId, counts]) => ({
    runtimeId,
    machines: counts.machines,
    shared: counts.shared,
    organizations: grants.filter((grant) => grant.runtimeId === runtimeId).map((grant) => grant.organization.name),
  }))
}
