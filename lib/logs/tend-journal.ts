import { pool } from '@/lib/db/client'
import { env } from '@/lib/env'
import { logsKeptDays } from '@/lib/pace'

/** Tomorrow's partitions before tomorrow, and old logs dropped by the table; events only where somebody said how long they are kept. */
export async function tendJournal(): Promise<void> {
  await pool.query('select journal.ensure_partitions()')
  await pool.query('select journal.drop_partitions($1)', [logsKeptDays])
  const auditKeptDays = env().AUDIT_KEEP_DAYS
  if (auditKeptDays > 0) await pool.query('select journal.drop_events($1)', [auditKeptDays])
}
