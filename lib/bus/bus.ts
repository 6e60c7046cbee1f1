import { env } from '@/lib/env'
import { logger } from '@/lib/logger'
import { postgresLine } from './postgres-line'
import { redisLine } from './redis-line'

/**
 * The loudspeaker: live news between processes. It may lose news (rows never do), so whoever listens also reads rows,
 * at the latest when `onReconnect` says that news may have been missed.
 */
export type Handler = (payload: unknown, topic: string) => void | Promise<void>

/** What carries the news: PostgreSQL NOTIFY, or Redis. */
export interface Line {
  send(messages: readonly string[]): Promise<void>
  /** Begins to listen; `hear` gets each message, `back` is called after every interruption. Resolves once it listens. */
  listen(hear: (message: string) => void, back: () => void): Promise<void>
  close(): Promise<void>
}

interface Bus {
  line: Line
  /** Key: a topic, or a beginning of one followed by `*`. */
  readonly handlers: Map<string, Set<Handler>>
  readonly reconnects: Set<() => void>
  /** Each only once: the same news twice says nothing more. */
  waiting: Set<string>
  sending: Promise<void> | undefined
  listening: Promise<void> | undefined
}

const log = logger('bus')
/** NOTIFY carries less than 8000 bytes; a message that is longer arrives as its topic alone. */
const maxBytes = 7_000
const holder: typeof globalThis & { tengenBus?: Bus } = globalThis

const bus = (): Bus =>
  (holder.tengenBus ??= {
    line: env().REDIS_URL ? redisLine() : postgresLine(),
    handlers: new Map(),
    reconnects: new Set(),
    waiting: new Set(),
    sending: undefined,
    listening: undefined,
  })

/** Tell everyone. Resolves when the news left (or was lost): never rejects, for what it speaks of is committed already. */
export function publish(topic: string, payload: unknown): Promise<void> {
  const current = bus()
  const message = JSON.stringify({ topic, payload })
  current.waiting.add(Buffer.byteLength(message) > maxBytes ? JSON.stringify({ topic }) : message)
  // News of the same turn leaves together, and what comes while the line is busy leaves next.
  return (current.sending ??= Promise.resolve().then(() => flush(current)))
}

async function flush(current: Bus): Promise<void> {
  while (current.waiting.size > 0) {
    const messages = [...current.waiting]
    current.waiting.clear()
    try {
      await current.line.send(messages)
    } catch (error) {
      log.warn({ err: error, lost: messages.length }, 'news lost')
    }
  }
  current.sending = undefined
}

/** Hear a topic, or every topic with a beginning (`live:*`). Returns the way to stop. */
export function subscribe(topic: string, handler: Handler): () => void {
  const current = bus()
  const set = current.handlers.get(topic) ?? new Set()
  current.handlers.set(topic, set.add(handler))
  current.listening ??= current.line.listen(
    (message) => deliver(current, message),
    () => {
      for (const back of current.reconnects) back()
    },
  )
  return () => {
    set.delete(handler)
    if (!set.size && current.handlers.get(topic) === set) current.handlers.delete(topic)
  }
}

/** Resolves once news is being heard. */
export const busReady = (): Promise<void> => bus().listening ?? Promise.resolve()

/** Called whenever the line was cut and is back: read your rows again. */
export function onReconnect(back: () => void): () => void {
  bus().reconnects.add(back)
  return () => bus().reconnects.delete(back)
}

function deliver(current: Bus, message: string): void {
  let news: { topic?: unknown; payload?: unknown }
  try {
    news = JSON.parse(message) as typeof news
  } catch {
    // Somebody else's message on our channel.
    return
  }
  const { topic } = news
  if (typeof topic !== 'string') return
  for (const [key, handlers] of current.handlers) {
    if (key !== topic && !(key.endsWith('*') && topic.startsWith(key.slice(0, -1)))) continue
    for (const handler of handlers) void hand(handler, news.payload, topic)
  }
}

async function hand(handler: Handler, payload: unknown, topic: string): Promise<void> {
  try {
    await handler(payload, topic)
  } catch (error) {
    log.error({ err: error, topic }, 'a listener failed')
  }
}

/** Ends both directions; the next use opens them anew. */
export async function closeBus(): Promise<void> {
  const current = holder.tengenBus
  holder.tengenBus = undefined
  await current?.sending
  await current?.line.close()
}
