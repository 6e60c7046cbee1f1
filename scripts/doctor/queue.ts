import { Redis } from 'ioredis'
import { env } from '@/lib/env'
import type { Answer } from '@/lib/protocol/diagnosis'
import { queueName } from '@/lib/queue/dispatch-outbox'
import { closeQueues, makeQueue } from '@/lib/queue/make-queue'

const mostWaiting = 1_000

export async function askRedis(): Promise<Answer> {
  const { REDIS_URL } = env()
  if (!REDIS_URL) return { says: 'none: queue and bus are on PostgreSQL' }
  const client = new Redis(REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 1, connectTimeout: 3_000, retryStrategy: () => null })
  let trouble = 'it does not answer'
  client.on('error', (error) => (trouble = error.message))
  try {
    await client.connect()
    const began = performance.now()
    await client.ping()
    const ms = Math.round(performance.now() - began)
    const info = await client.info()
    const wanted =
      /^(redis_version|used_memory_human|maxmemory_human|maxmemory_policy|connected_clients|blocked_clients|evicted_keys|uptime_in_seconds|role|aof_enabled|rdb_last_bgsave_status):(.*)$/
    const facts = Object.fromEntries(
      info.split(/\r?\n/).flatMap((line) => [wanted.exec(line)?.slice(1, 3) ?? []].filter((pair) => pair.length === 2)),
    )
    return { says: `Redis ${facts.redis_version} answered in ${ms} ms`, files: { 'redis.json': { ms, ...facts } } }
  } catch {
    throw new Error(trouble)
  } finally {
    client.disconnect()
  }
}

export async function askQueue(): Promise<Answer> {
  try {
    const queue = makeQueue(queueName)
    const counts = await queue.getJobCounts()
    const failed = await queue.getFailed(0, 20)
    const last = failed.map(({ name, failedReason, attemptsMade, finishedOn }) => ({ name, failedReason, attemptsMade, finishedOn }))
    const waiting = (counts.waiting ?? 0) + (counts.delayed ?? 0)
    const says = `${waiting} waiting, ${counts.active ?? 0} in hand, ${counts.failed ?? 0} failed`
    return { ok: waiting < mostWaiting, says, files: { 'queue.json': { counts, failed: last } } }
  } finally {
    void closeQueues()
  }
}
