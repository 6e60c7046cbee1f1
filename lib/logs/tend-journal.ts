import { pool } from '@/lib/db/client'
import { logsKeptDays } from '@/lib/pace'

/** Tomorrow's partitions before tomorrow, and old logs dropped by the table. */
export async function tendJournal(): Promise<void> {
  await pool.query('select journal.ensure_partitions()')
  await pool.query('select journal.drop_partitions($1)', [logsKeptDays])
}
