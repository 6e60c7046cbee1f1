import { publish } from '@/lib/bus/bus'
import type { Tx } from '@/lib/db/client'
import { afterCommit } from '@/lib/db/transaction'
import type { JobName, JobPayload } from './jobs'

/**
 * Ask for a job in the transaction that makes it necessary. Unsent rows with the same name and payload are one message,
 * so a burst of callbacks costs one pass of the engine.
 */
export async function enqueue<N extends JobName>(tx: Tx, job: N, payload: JobPayload<N>): Promise<void> {
  const text = JSON.stringify(payload)
  await tx.$executeRaw`
    insert into "Outbox" (job, payload, "dedupeKey") values (${job}, ${text}::jsonb, ${`${job} ${text}`})
    on conflict ("dedupeKey") do nothing`
  afterCommit(tx, () => publish('outbox', {}))
}
