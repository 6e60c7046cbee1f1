import { Counter, Gauge, Histogram } from 'prom-client'
import { metrics } from '@/lib/metrics'

/** What a request was for; addresses themselves would be endless labels. */
export type Kind = 'api' | 'events' | 'health' | 'static' | 'web' | 'refused'

const names = [
  'tengen_http_request_seconds',
  'tengen_live_streams',
  'tengen_sockets',
  'tengen_session_cache_hits_total',
  'tengen_session_cache_misses_total',
  'tengen_live_events_sent_total',
  'tengen_live_streams_cut_total',
]

export interface Measured {
  readonly streams: () => number
  readonly sockets: () => number
  readonly sessions: () => { hits: number; misses: number }
  readonly news: () => { sent: number; cutOff: number }
}

export function makeCounters(measured: Measured) {
  // Anew for each gateway: tests have several in one process.
  for (const name of names) metrics().removeSingleMetric(name)
  const registers = [metrics()]
  const seconds = new Histogram({
    name: 'tengen_http_request_seconds',
    help: 'Time from request to end of answer, by what it was for.',
    labelNames: ['kind', 'status'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect(this: Gauge) {
        this.set(read())
      },
    })
  const counter = (name: string, help: string, read: () => number) => {
    let before = 0
    return new Counter({
      name,
      help,
      registers,
      collect(this: Counter) {
        this.inc(read() - before)
        before = read()
      },
    })
  }
  gauge('tengen_live_streams', 'Open event streams.', measured.streams)
  gauge('tengen_sockets', 'Open WebSockets: agents and terminals.', measured.sockets)
  counter('tengen_session_cache_hits_total', 'Sessions found in memory.', () => measured.sessions().hits)
  counter('tengen_session_cache_misses_total', 'Sessions asked of the database.', () => measured.sessions().misses)
  counter('tengen_live_events_sent_total', 'Events written to streams.', () => measured.news().sent)
  counter('tengen_live_streams_cut_total', 'Streams cut off because their reader was too slow.', () => measured.news().cutOff)
  // Labels are looked up once for each pair, not for each request.
  const timers = new Map<string, ReturnType<typeof seconds.labels>>()
  const timerFor = (kind: Kind, status: string) => {
    const key = kind + status
    const timer = timers.get(key) ?? seconds.labels({ kind, status })
    timers.set(key, timer)
    return timer
  }
  return {
    /** Streams last for hours; their length says nothing about speed. */
    observe(kind: Kind, status: number, beganMs: number): void {
      if (kind !== 'events') timerFor(kind, `${Math.floor(status / 100)}xx`).observe((performance.now() - beganMs) / 1_000)
    },
  }
}
