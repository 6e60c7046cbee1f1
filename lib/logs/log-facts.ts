import { pool } from '@/lib/db/client'

/** How much log a record has, and how it is spread over its tasks. */
export interface LogFacts {
  readonly lines: number
  readonly truncated: boolean
  /** First day of the log: what older partitions hold is not ours. */
  readonly day: string
  /** Task id → lines; null = the record's own words. */
  readonly byTask: ReadonlyMap<string | null, number>
}

interface Counted {
  upTo: number
  readonly byTask: Map<string | null, number>
}

// Lines never change once committed, so what was counted stays counted; only what came since is read.
const counted = new Map<string, Counted>()
const keptRecords = 500

export async function readLogFacts(recordId: string): Promise<LogFacts> {
  const { rows } = await pool.query<{ lines: string; truncated: boolean; day: string }>({
    name: 'log-cursor',
    text: 'select lines, truncated, day::text from journal.log_cursor where record_id = $1',
    values: [recordId],
  })
  const cursor = rows[0]
  if (!cursor) return { lines: 0, truncated: false, day: 'infinity', byTask: new Map() }
  const lines = Number(cursor.lines)
  const { byTask } = await countUpTo(recordId, lines, cursor.day)
  return { lines, truncated: cursor.truncated, day: cursor.day, byTask }
}

async function countUpTo(recordId: string, lines: number, day: string): Promise<Counted> {
  const known = counted.get(recordId)
  const from: Counted = known && known.upTo <= lines ? known : { upTo: 0, byTask: new Map() }
  if (from.upTo === lines) return from
  const { rows } = await pool.query<{ task_id: string | null; count: number }>({
    name: 'log-counts',
    text: `select task_id, count(*)::int as count from journal.log_line
           where record_id = $1 and line > $2 and line <= $3 and day >= $4::date group by task_id`,
    values: [recordId, from.upTo, lines, day],
  })
  const byTask = new Map(from.byTask)
  for (const row of rows) byTask.set(row.task_id, (byTask.get(row.task_id) ?? 0) + row.count)
  const next = { upTo: lines, byTask }
  counted.delete(recordId)
  if (counted.size >= keptRecords) counted.delete(counted.keys().next().value as string)
  counted.set(recordId, next)
  return next
}
