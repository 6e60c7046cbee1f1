import { createPostgresBackend, type Job, Queue, QueueEvents, setDefaultBackendFactory, Worker, type WorkerOptions } from 'bullmq'
import { env } from '@/lib/env'
import { logger } from '@/lib/logger'

const log = logger('queue')
const day = 24 * 3_600

/** Finished jobs are of no use (records tell the story) and would swallow a message that is sent again under its id. */
const jobOptions = { removeOnComplete: true, removeOnFail: { age: day, count: 1_000 } }

interface Open {
  readonly closers: Set<() => Promise<void>>
  backend?: 'postgres' | 'redis'
}

declare global {
  var tengenQueues: Open | undefined
}
const open = (): Open => (globalThis.tengenQueues ??= { closers: new Set() })

/** BullMQ on PostgreSQL, or on Redis where REDIS_URL is given. Decided once a process, at the first use. */
function connection(connections: number): never {
  const { REDIS_URL, DATABASE_URL } = env()
  if (REDIS_URL) return { url: REDIS_URL, maxRetriesPerRequest: null } as never
  if (open().backend !== 'postgres') setDefaultBackendFactory(createPostgresBackend as never)
  open().backend = 'postgres'
  return { connectionString: DATABASE_URL, schema: 'bullmq', max: connections } as never
}

interface Closable {
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

function keep<T extends Closable>(thing: T, name: string): T {
  // Both backends reconnect by themselves; an error event without a listener would end the process.
  thing.on('error', (error) => log.warn({ err: error, queue: name }, 'queue trouble'))
  open().closers.add(() => thing.close())
  return thing
}

/**
 * The sending end. Nothing is dialled before this is called, so call it on first use, never at import. Every job carries a
 * `jobId` (its outbox row): for ids of its own BullMQ would make a sequence a queue, which the application's role may not.
 */
export const makeQueue = <Payload>(name: string): Queue<Payload, unknown, string> =>
  keep(new Queue<Payload, unknown, string>(name, { connection: connection(3), defaultJobOptions: jobOptions }), name)

export type Process<Payload> = (job: Job<Payload, unknown, string>, signal: AbortSignal) => Promise<unknown>

/** The doing end. A plain throw is tried again as the job's options say; `UnrecoverableError` is not. */
export function makeWorker<Payload>(
  name: string,
  process: Process<Payload>,
  options: Omit<WorkerOptions, 'connection'> = {},
): Worker<Payload, unknown, string> {
  const stop = new AbortController()
  const run = (job: Job<Payload, unknown, string>) => process(job, stop.signal)
  const worker = new Worker<Payload, unknown, string>(name, run, {
    lockDuration: 30_000,
    stalledInterval: 10_000,
    ...options,
    connection: connection(4),
  })
  worker.on('closing', () => stop.abort())
  return keep(worker, name)
}

/** For tests and for whoever waits for a job. */
export const makeQueueEvents = (name: string): QueueEvents => keep(new QueueEvents(name, { connection: connection(2) }), name)

/** Waits for the jobs in hand, then closes all queues and workers of this process. */
export async function closeQueues(): Promise<void> {
  const closers = [...open().closers]
  open().closers.clear()
  await Promise.allSettled(closers.map((close) => close()))
}
