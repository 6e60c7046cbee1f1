import type pg from 'pg'
import type { BackupHeader } from './backup-file'

export type Table = BackupHeader['tables'][number]

/** Tables that hold our rows. BullMQ's are left out: the queue is a courier, and the outbox knows what it owes. */
const tablesQuery = `
  select n.nspname as schema, c.relname as name,
    array(select a.attname::text from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
    c.relkind = 'p' as "isPartitioned"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'journal') and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> '_prisma_migrations'
  order by 1, 2`

const referencesQuery = `
  select c.conrelid::regclass::text as "from", c.confrelid::regclass::text as "to",
    format('%s.%s', fn.nspname, f.relname) as child, format('%s.%s', tn.nspname, t.relname) as parent
  from pg_constraint c
  join pg_class f on f.oid = c.conrelid join pg_namespace fn on fn.oid = f.relnamespace
  join pg_class t on t.oid = c.confrelid join pg_namespace tn on tn.oid = t.relnamespace
  where c.contype = 'f' and c.conrelid <> c.confrelid and c.conparentid = 0`

const nameOf = ({ schema, name }: { schema: string; name: string }): string => `${schema}.${name}`

/** Every table, those that others point at first, so that each row finds what it refers to. */
export async function listTables(client: pg.ClientBase, quote: (name: string) => string): Promise<Table[]> {
  const { rows } = await client.query<Omit<Table, 'days'> & { isPartitioned: boolean }>(tablesQuery)
  const { rows: references } = await client.query<{ child: string; parent: string }>(referencesQuery)
  const tables: Table[] = []
  for (const { isPartitioned, ...table } of rows) {
    const source = `${quote(table.schema)}.${quote(table.name)}`
    const days = isPartitioned
      ? await client.query<{ day: string }>(`select distinct day::text as day from ${source} order by 1`)
      : undefined
    tables.push({ ...table, days: days?.rows.map((row) => row.day) ?? [] })
  }
  return inOrder(tables, references)
}

export function inOrder(tables: readonly Table[], references: readonly { child: string; parent: string }[]): Table[] {
  const done = new Set<string>()
  const ordered: Table[] = []
  while (ordered.length < tables.length) {
    const isFree = (table: Table) =>
      !done.has(nameOf(table)) && references.every(({ child, parent }) => child !== nameOf(table) || done.has(parent))
    const next = tables.filter(isFree)
    if (!next.length) throw new Error('Tables point at each other in a circle; a backup cannot order them.')
    for (const table of next) done.add(nameOf(table))
    ordered.push(...next)
  }
  return ordered
}

const sequencesQuery = `select schemaname as schema, sequencename as name from pg_sequences where schemaname in ('public', 'journal') order by 1, 2`

export async function listSequences(client: pg.ClientBase, quote: (name: string) => string): Promise<BackupHeader['sequences']> {
  const { rows } = await client.query<{ schema: string; name: string }>(sequencesQuery)
  const found: BackupHeader['sequences'] = []
  for (const sequence of rows) {
    const { rows: state } = await client.query<{ last: string; isCalled: boolean }>(
      `select last_value::text as last, is_called as "isCalled" from ${quote(sequence.schema)}.${quote(sequence.name)}`,
    )
    if (state[0]) found.push({ ...sequence, ...state[0] })
  }
  return found
}
