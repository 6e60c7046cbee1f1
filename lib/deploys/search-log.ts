import type { Actor } from '@/lib/auth/actor'
import { pool } from '@/lib/db/client'
import type { DeployAddress } from './find-record'
import type { LogMatches } from './log-views'
import { openLog, taskAt } from './read-log'

const mostHits = 10_000

export interface SearchLogAsk extends DeployAddress {
  readonly q: string
  readonly task?: number | undefined
}

/** Where a text occurs, letter case aside, as offsets among the lines of the filter. The text is never a pattern. */
export async function searchLog(actor: Actor, { q, task: index, ...address }: SearchLogAsk): Promise<LogMatches> {
  const log = await openLog(actor, address)
  const task = taskAt(log, index)
  const values = [log.record.id, log.facts.day, q.toLowerCase(), mostHits + 1, ...(task ? [task.id] : [])]
  const text = task
    ? `select n - 1 as at from (
         select row_number() over (order by line) as n, text from journal.log_line where record_id = $1 and day >= $2::date and task_id = $5
       ) as mine where strpos(lower(text), $3) > 0 order by n limit $4`
    : `select line - 1 as at from journal.log_line
       where record_id = $1 and day >= $2::date and strpos(lower(text), $3) > 0 order by line limit $4`
  const { rows } = await pool.query<{ at: string }>({ name: task ? 'log-search-of-task' : 'log-search', text, values })
  return { offsets: rows.slice(0, mostHits).map((row) => Number(row.at)), more: rows.length > mostHits }
}
