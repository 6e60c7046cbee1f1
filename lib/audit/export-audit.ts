import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { csvLine } from '@/lib/commands/csv-line'
import { pool } from '@/lib/db/client'
import { type AuditScope, auditScope } from './audit-scope'
import { type AuditFilter, type AuditFilterSchema, type AuditRow, auditColumns, auditWhere, type Entry, entriesOf } from './list-audit'

const pageRows = 1_000

interface Ask extends AuditFilter {
  readonly organization?: string | undefined
  readonly as: 'csv' | 'jsonl'
}

/** What the list shows with these filters, oldest first, all of it; some at a time, so that a slow reader holds no more than that. */
export async function exportAudit(actor: Actor, { organization, as, ...ask }: Ask): Promise<AsyncGenerator<string>> {
  const scope = await auditScope(actor, { organization })
  return as === 'csv' ? csvOf(scope, ask) : linesOf(scope, ask)
}

async function* linesOf(scope: AuditScope, ask: z.output<typeof AuditFilterSchema>): AsyncGenerator<string> {
  for await (const entry of readAll(scope, ask)) yield `${JSON.stringify(entry)}\n`
}

const columns = ['id', 'at', 'name', 'actor', 'actorId', 'subjectKind', 'subjectId', 'subject', 'address', 'requestId', 'data'] as const

async function* csvOf(scope: AuditScope, ask: z.output<typeof AuditFilterSchema>): AsyncGenerator<string> {
  yield csvLine([...columns])
  for await (const { id, at, name, actor, subject, address, requestId, data } of readAll(scope, ask))
    yield csvLine([id, at, name, actor.name, actor.id, subject.kind, subject.id, subject.name, address, requestId, JSON.stringify(data)])
}

async function* readAll(scope: AuditScope, ask: z.output<typeof AuditFilterSchema>): AsyncGenerator<Entry> {
  for (let after = '0'; ; ) {
    const where = auditWhere(scope, ask).and('e.id > ?::bigint', after)
    const { rows } = await pool.query<AuditRow>(
      `select ${auditColumns} from journal.event e where ${where.text} order by e.id limit ${pageRows}`,
      where.values,
    )
    yield* await entriesOf(rows)
    const last = rows.at(-1)
    if (!last || rows.length < pageRows) return
    after = last.id
  }
}
