import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Who } from '@/lib/accounts/load-sessions'
import type { Held, HeldOpen } from './held-open'

interface Stream {
  readonly response: ServerResponse
  readonly held: Held
  readonly topics: ReadonlySet<string>
}

interface News {
  readonly seq: number
  readonly topic: string
  readonly bytes: Buffer
}

const ringSize = 2_000
const gatherMs = 50
/** A reader this far behind is cut off; it resumes by itself. */
const maxBacklogBytes = 256 * 1024

/**
 * One stream a browser. News says only what changed, so that of one topic within a moment becomes one event; it is turned into
 * bytes once, and the same buffer goes to every stream that may see it.
 */
export class StreamHub {
  readonly stats = { sent: 0, cutOff: 0 }
  private readonly all = new Set<Stream>()
  private readonly byTopic = new Map<string, Set<Stream>>()
  private readonly pending = new Map<string, Set<string>>()
  private readonly ring: News[] = []
  /** Another life of this process, or another process, has another name: its numbers mean nothing here. */
  private readonly life = `${process.pid.toString(36)}${Date.now().toString(36)}`
  private seq = 0
  private timer: NodeJS.Timeout | undefined
  private readonly beat = setInterval(() => this.tellAll(Buffer.from(':\n\n')), 15_000).unref()

  constructor(private readonly held: HeldOpen) {}

  get size(): number {
    return this.all.size
  }

  /** Begins a stream, or resumes it after `lastId`; what cannot be resumed is told to read everything again. */
  open(request: IncomingMessage, response: ServerResponse, who: Who, topics: ReadonlySet<string>, lastId: string | undefined): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' })
    request.socket.setNoDelay(true)
    request.socket.setTimeout(0)
    response.write(this.greeting(topics, lastId))
    const held = this.held.hold(who, { end: () => end(response), leave: () => leave(response) })
    const stream: Stream = { response, held, topics }
    this.all.add(stream)
    for (const topic of topics) {
      const set = this.byTopic.get(topic) ?? new Set()
      this.byTopic.set(topic, set.add(stream))
    }
    response.on('error', () => response.destroy())
    response.on('close', () => this.drop(stream))
  }

  publish(topic: string, what: string): void {
    const set = this.pending.get(topic) ?? new Set()
    this.pending.set(topic, set.add(what))
    this.timer ??= setTimeout(() => this.flush(), gatherMs)
  }

  /** News may be missing, here or on its way here: every reader reads again. */
  resetAll(): void {
    this.ring.length = 0
    this.seq++
    this.tellAll(Buffer.from(`id: ${this.life}-${this.seq}\nevent: reset\ndata: {}\n\n`))
  }

  /** Everyone comes back, not all at once, and is authorised anew. */
  closeAll(): void {
    for (const { response } of this.all) response.end(`retry: ${500 + Math.floor(Math.random() * 2_500)}\n\n`)
  }

  stop(): void {
    clearInterval(this.beat)
    clearTimeout(this.timer)
    this.closeAll()
  }

  private greeting(topics: ReadonlySet<string>, lastId: string | undefined): string {
    const retry = `retry: ${1_000 + Math.floor(Math.random() * 2_000)}\n`
    const hello = (event: string) => `${retry}id: ${this.life}-${this.seq}\nevent: ${event}\ndata: {}\n\n`
    if (!lastId) return hello('hello')
    const [life, text] = lastId.split('-')
    const last = Number(text)
    const oldest = (this.ring[0]?.seq ?? this.seq + 1) - 1
    if (life !== this.life || !Number.isSafeInteger(last) || last < oldest || last > this.seq) return hello('reset')
    const missed = this.ring.filter((news) => news.seq > last && topics.has(news.topic))
    return `${retry}\n${missed.map((news) => news.bytes.toString()).join('')}`
  }

  private flush(): void {
    this.timer = undefined
    for (const [topic, what] of this.pending) this.send(topic, [...what])
    this.pending.clear()
  }

  private send(topic: string, what: readonly string[]): void {
    const seq = ++this.seq
    const bytes = Buffer.from(`id: ${this.life}-${seq}\ndata: ${JSON.stringify({ topic, what })}\n\n`)
    this.ring.push({ seq, topic, bytes })
    if (this.ring.length > ringSize) this.ring.shift()
    for (const stream of this.byTopic.get(topic) ?? []) {
      // Asked again for every event: only the topics this stream was allowed, only while its session lives.
      if (!stream.topics.has(topic) || stream.held.who.expires <= Date.now()) continue
      if (stream.response.writableLength > maxBacklogBytes) {
        this.stats.cutOff++
        stream.response.destroy()
        continue
      }
      stream.response.write(bytes)
      this.stats.sent++
    }
  }

  private tellAll(bytes: Buffer): void {
    for (const { response } of this.all) response.write(bytes)
  }

  private drop(stream: Stream): void {
    this.held.release(stream.held)
    this.all.delete(stream)
    for (const topic of stream.topics) {
      const set = this.byTopic.get(topic)
      set?.delete(stream)
      if (set?.size === 0) this.byTopic.delete(topic)
    }
  }
}

/** It is over: the browser is told so. */
const end = (response: ServerResponse): void => {
  response.end('event: bye\ndata: {}\n\n')
}

const leave = (response: ServerResponse): void => {
  response.end('retry: 500\n\n')
}
