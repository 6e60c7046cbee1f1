import { pool } from '@/lib/db/client'
import type { OpenLog } from './read-log'

const known = new Map<string, number | null>()
const keptAnswers = 500

/** What looks like the reason in a failed task's own words. */
const errorWords = '(^|[^a-z])(error|fatal|panic|exception|failed|refused|denied|cannot)([^a-z]|$)'

/** Where "first error" leads: in the first failed task, what it wrote to stderr or what sounds like an error, else its last word. */
export async function findFirstError({ record, tasks, facts }: OpenLog): Promise<number | null> {
  const failed = tasks.find((task) => task.state === 'failed' && facts.byTask.has(task.id))
  if (!failed) return null
  const key = `${failed.id} ${facts.byTask.get(failed.id)}`
  const before = known.get(key)
  if (before !== undefined) return before
  const { rows } = await pool.query<{ line: string }>({
    name: 'log-first-error',
    text: `select coalesce(
             (select line from journal.log_line where record_id = $1 and task_id = $2 and day >= $3::date
                and (stream = 'stderr' or text ~* $4) order by line limit 1),
             (select line from journal.log_line where record_id = $1 and task_id = $2 and day >= $3::date order by line desc limit 1)
           ) as line`,
    values: [record.id, failed.id, facts.day, errorWords],
  })
  const line = rows[0]?.line ? Number(rows[0].line) : null
  if (known.size >= keptAnswers) known.delete(known.keys().next().value as string)
  known.set(key, line)
  return line
}
