import { z } from 'zod'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { db, pool } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import { anywhere, Where } from '@/lib/db/where'
import { iso, isoOrNull } from '@/lib/iso-time'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { isDropAsked, typedFor, whyNotDecide } from './ledger-gate'
import { loadLedgerFacts } from './load-ledger-facts'
import { type LedgerLine, type LedgerList, ledgerActs, ledgerKinds } from './views'
import { clusterNameOf, saidOf } from './words'

export const ListLedgerSchema = PageAskSchema.extend({
  q: z.string().trim().max(100).optional(),
  kind: z.array(z.enum(ledgerKinds)).optional(),
  /** Only of this machine. */
  machine: z.string().max(200).optional(),
  view: z.enum(['open', 'closed']).default('open'),
})

const KeySchema = z.tuple([z.string(), z.string()])

/** What was or may have been left behind, and where, newest first. */
export async function listLedger(actor: Actor, input: z.input<typeof ListLedgerSchema>): Promise<LedgerList> {
  authorize(actor, 'machine.see', {}, 'The ledger')
  const ask = parseAsk(ListLedgerSchema, input)
  const turn = turnOf(ask, KeySchema)
  const order = orderOf(turn, true)
  const where = new Where().and(ask.view === 'closed' ? 'l."closedAt" is not null' : 'l."closedAt" is null')
  if (ask.kind?.length) where.and('l.kind = any(?::text[])', ask.kind)
  if (ask.machine) where.and('m.name = ?', ask.machine)
  if (ask.q) where.and('(l."unitName" ilike ? or l.what ilike ? or m.name ilike ?)', anywhere(ask.q), anywhere(ask.q), anywhere(ask.q))
  if (turn.key) where.and(`(l.at, l.id) ${order.operator} (?::timestamp, ?::text)`, ...turn.key)
  const { rows } = await pool.query<{ id: string; at: string }>(
    `select l.id, l.at::text as at from "Ledger" l left join "Machine" m on m.id = l."machineId"
     where ${where.text} order by l.at ${order.direction}, l.id ${order.direction} limit ${order.take}`,
    where.values,
  )
  const page = toPage(rows, turn, (row): [string, string] => [row.at, row.id])
  const found = await db.ledger.findMany({ where: { id: { in: page.rows.map((row) => row.id) } } })
  const byId = new Map(found.map((line) => [line.id, line]))
  const lines = page.rows.flatMap((row) => byId.get(row.id) ?? [])
  const open = await db.ledger.count({ where: { closedAt: null } })
  return { items: await linesOf(actor, lines), next: page.next, previous: page.previous, total: page.total, open }
}

async function linesOf(actor: Actor, lines: readonly Ledger[]): Promise<LedgerLine[]> {
  const ids = (key: 'machineId' | 'organizationId' | 'recordId') => lines.flatMap((line) => line[key] ?? [])
  const [machines, organizations, records, facts, nameOf] = await Promise.all([
    db.machine.findMany({ where: { id: { in: ids('machineId') } }, select: { id: true, name: true } }),
    db.organization.findMany({ where: { id: { in: ids('organizationId') } }, select: { id: true, name: true } }),
    db.deployRecord.findMany({ where: { id: { in: ids('recordId') } }, select: { id: true, number: true } }),
    loadLedgerFacts(db, lines),
    namePeople(lines.map((line) => line.closedBy)),
  ])
  return lines.map((line, i): LedgerLine => {
    const known = facts[i] ?? { line, machine: null, livesThere: false, asked: null, home: null }
    const acts = ledgerActs.flatMap((act) => {
      const reason = whyNotDecide(actor, act, known)
      const isOffered = reason === undefined || !['wrong_state', 'ledger_closed'].includes(reason.code)
      return isOffered ? [{ act, gate: gateOf(reason), typed: typedFor(act, line) }] : []
    })
    return {
      id: line.id,
      kind: line.kind as LedgerLine['kind'],
      unitName: line.unitName,
      machineName: machines.find((one) => one.id === line.machineId)?.name ?? null,
      clusterName: clusterNameOf(line),
      organizationName: organizations.find((one) => one.id === line.organizationId)?.name ?? null,
      what: line.what,
      why: line.why,
      said: saidOf(line),
      at: iso(line.at),
      deployNumber: records.find((one) => one.id === line.recordId)?.number ?? null,
      isAsked: line.closedAt === null && (line.kind === 'unit' ? known.asked !== null : isDropAsked(line)),
      refusedAs: line.refusedAs,
      closedAt: isoOrNull(line.closedAt),
      closedAs: line.closedAs as LedgerLine['closedAs'],
      closedBy: line.closedBy ? nameOf(line.closedBy) : null,
      acts,
    }
  })
}
