import type { Queue } from 'bullmq'
import { pool } from '@/lib/db/client'
import type { JobName } from './jobs'

export const queueName = 'tengen'

/** How often the queue tries a job that throws: rows are healed by sweeps anyway, so not for long. */
const attempts = { attempts: 5, backoff: { type: 'exponential', delay: 200 } } as const

interface Row {
  readonly id: string
  readonly job: JobName
  readonly payload: object
}

/**
 * Hands waiting outbox rows to the queue: job id = row, so the same row twice is one job. Rows stay locked meanwhile, and
 * a new ask with the same key waits for the commit and becomes a row of its own. Returns how many left.
 */
export async function dispatchOutbox(queue: Queue<object, unknown, string>, limit = 500): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<Row>({
      name: 'outbox-take',
      text: 'select id::text, job, payload from "Outbox" where "sentAt" is null and "dueAt" <= now() order by id limit $1 for update skip locked',
      values: [limit],
    })
    if (rows.length > 0) {
      // Not addBulk: on PostgreSQL it makes a sequence a queue, which the application's role may not.
      await Promise.all(rows.map((row) => queue.add(row.job, row.payload, { jobId: `outbox-${row.id}`, ...attempts })))
      await client.query({
        name: 'outbox-sent',
        text: 'update "Outbox" set "sentAt" = now(), "dedupeKey" = null where id = any($1::bigint[])',
        values: [rows.map((row) => row.id)],
      })
    }
    await client.query('commit')
    return rows.length
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}

/** Sent rows have done their duty; they stay for a while to be looked at. */
export async function clearOutbox(): Promise<number> {
  const { rowCount } = await pool.query(`delete from "Outbox" where "sentAt" < now() - interval '1 hour'`)
  return rowCount ?? 0
}
