import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { db, pool } from '@/lib/db/client'
import { anywhere, literally, Where } from '@/lib/db/where'
import { type ActorRow, nameActors } from '@/lib/events/read-events'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { type AuditScope, auditScope } from './audit-scope'
import { platformChain } from './chain'
import { nameIn } from './subject-name'
import { type AuditEntry, type AuditList, auditKinds } from './views'

export const AuditFilterSchema = z.object({
  /** A word of what happened, of what it was done to, or of what was said of it. */
  q: z.string().trim().max(200).optional(),
  kind: z.array(z.enum(auditKinds)).optional(),
  /** Id of a person or name of a part of the system. */
  actor: z.string().max(100).optional(),
  /** With `kind`: one thing. */
  subject: z.string().max(100).optional(),
  /** Only this kind of event, as `deploy.approved`, or all below `deploy`. */
  name: z.string().max(100).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
})
export type AuditFilter = z.output<typeof AuditFilterSchema>

export const ListAuditSchema = PageAskSchema.extend(AuditFilterSchema.shape).extend({ organization: z.string().max(100).optional() })

export interface AuditRow extends ActorRow {
  id: string
  at: Date
  name: string
  version: number
  subject_kind: string
  subject_id: string
  request_id: string | null
  address: string | null
  data: Record<string, unknown>
}

export const auditColumns =
  'e.id::text as id, e.at, e.name, e.version, e.subject_kind, e.subject_id, e.actor_kind, e.actor_id, e.token_id, e.request_id, e.address, e.data'

/** Who did what, newest first: of an organisation for its admins, of the platform for operators. */
export async function listAudit(actor: Actor, input: z.input<typeof ListAuditSchema>): Promise<AuditList> {
  const { organization: slug, ...ask } = parseAsk(ListAuditSchema, input)
  const scope = await auditScope(actor, { organization: slug })
  const turn = turnOf(ask, z.string().regex(/^\d{1,19}$/))
  const order = orderOf(turn, true)
  const where = auditWhere(scope, ask)
  if (turn.key) where.and(`e.id ${order.operator} ?::bigint`, turn.key)
  const { rows } = await pool.query<AuditRow & { sealed: boolean }>(
    `select ${auditColumns}, ${sealed} as sealed from journal.event e where ${where.text} order by e.id ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row) => row.id)
  const entries = await entriesOf(page.rows)
  const items = page.rows.map(({ sealed }, i) => ({ ...(entries[i] as Entry), sealed }))
  return { ...page, items, organization: scope.organization }
}

/** All chains are sealed up to the same place. */
const sealed = `coalesce((e.lineage, e.xact) < (select s.lineage, s.upto from journal.seal s order by s.lineage desc, s.upto desc limit 1), false)`

export function auditWhere({ chain }: Pick<AuditScope, 'chain'>, ask: Partial<AuditFilter>): Where {
  const where = new Where()
  if (chain === platformChain) where.and('e.organization_id is null')
  else where.and('e.organization_id = ?', chain)
  if (ask.q) {
    const text = anywhere(ask.q)
    where.and(`e.name ilike ? or e.subject_id ilike ? or e.data::text ilike ? or e.actor_id in ${peopleLike}`, text, text, text, text)
  }
  if (ask.kind?.length) where.and('e.subject_kind = any(?::text[])', ask.kind)
  if (ask.subject) where.and('e.subject_id = ?', ask.subject)
  if (ask.actor) where.and('e.actor_id = ?', ask.actor)
  if (ask.name) where.and('e.name = ? or e.name like ?', ask.name, `${literally(ask.name)}.%`)
  if (ask.since) where.and('e.at >= ?::timestamptz and e.day >= ?::date', ask.since, ask.since)
  if (ask.until) where.and('e.at < ?::timestamptz', ask.until)
  return where
}

const peopleLike = `(select u.id from "User" u where u.name ilike ?)`

export type Entry = Omit<AuditEntry, 'sealed'>

/** Rows as people read them, with the names of those who acted and of those it was done to. */
export async function entriesOf(rows: readonly AuditRow[]): Promise<Entry[]> {
  const actorOf = await nameActors(rows)
  const nameOf = await namePeople(rows.map((row) => (row.subject_kind === 'user' ? row.subject_id : null)))
  const services = await servicesOf(rows.flatMap((row) => (row.subject_kind === 'deploy' ? row.subject_id : [])))
  const nameOfSubject = ({ subject_kind, subject_id, data }: AuditRow): string =>
    subject_kind === 'user' ? nameOf(subject_id).name : (services.get(subject_id) ?? nameIn(data) ?? subject_id)
  return rows.map((row) => ({
    id: row.id,
    at: row.at.toISOString(),
    name: row.name,
    actor: actorOf(row),
    subject: { kind: row.subject_kind, id: row.subject_id, name: nameOfSubject(row) },
    deploy: row.subject_kind === 'deploy' && typeof row.data.number === 'number' ? row.data.number : null,
    requestId: row.request_id,
    address: row.address,
    data: row.data,
  }))
}

/** Deploy → the service it is of, as it was called then. */
async function servicesOf(recordIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (recordIds.length === 0) return new Map()
  const records = await db.deployRecord.findMany({
    where: { id: { in: [...new Set(recordIds)] } },
    select: { id: true, serviceName: true },
  })
  return new Map(records.map(({ id, serviceName }) => [id, serviceName]))
}
