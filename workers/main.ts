import { closeBus } from '@/lib/bus/bus'
import { db, pool } from '@/lib/db/client'
import { beatAs } from '@/lib/db/process-heartbeat'
import { env } from '@/lib/env'
import { logger } from '@/lib/logger'
import { serveMetrics } from '@/lib/metrics'
import { queueName } from '@/lib/queue/dispatch-outbox'
import { type JobName, jobs } from '@/lib/queue/jobs'
import { closeQueues, makeWorker } from '@/lib/queue/make-queue'
import { startDispatcher } from './dispatcher'
import { type Hand, processors } from './processors'
import { startSweeps } from './sweep-rounds'

const log = logger('worker')
const settings = env()
const heartbeat = beatAs('worker')

const isKnown = (name: string): name is JobName => name in jobs

const worker = makeWorker<object>(
  queueName,
  async (job, signal) => {
    // After a rollback of our own code a newer job may still be about: nothing can be done with it, and the sweeps look at its rows.
    if (!isKnown(job.name)) return log.warn({ job: job.name, id: job.id }, 'unknown job')
    const run = processors[job.name] as (payload: unknown, hand: Hand) => Promise<void>
    await run(jobs[job.name].parse(job.data), { workerId: heartbeat.id, signal })
  },
  { concurrency: 16 },
)
worker.on('failed', (job, error) => log.warn({ err: error, job: job?.name, id: job?.id, tries: job?.attemptsMade }, 'a job failed'))

const dispatcher = startDispatcher()
const rounds = startSweeps()
const stopMetrics = await serveMetrics(settings.METRICS_HOST, settings.WORKER_METRICS_PORT)
log.info({ id: heartbeat.id }, 'working')

async function stop(signal: string): Promise<void> {
  log.info({ signal }, 'stopping')
  await Promise.all([dispatcher.stop(), rounds.stop(), stopMetrics()])
  await closeQueues()
  await Promise.all([heartbeat.stop(), closeBus()])
  await db.$disconnect()
  await pool.end()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal))
