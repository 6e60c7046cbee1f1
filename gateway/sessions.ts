import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { PersonActor } from '@/lib/auth/actor'
import { hashToken } from '@/lib/ids'

/** Who a session cookie belongs to. */
export interface Who {
  readonly hash: string
  readonly expires: number
  readonly actor: PersonActor
}

export interface SessionsOptions {
  readonly pool: pg.Pool
  readonly url: string
  /** The session ended (`hash`), or something about the user changed (`userId`). */
  readonly onGone: (gone: { hash?: string; userId?: string }) => void
  /** News was missed: whatever was allowed before must be asked again. */
  readonly onLost: () => void
}

/** An entry lives this long at most: the bound for a news line that died without a word. */
const keptMs = 30_000
const maxEntries = 20_000
const cookieNames = { http: 'next-auth.session-token=', https: '__Secure-next-auth.session-token=' }

export function sessionCookie(header: string | undefined, proto: 'http' | 'https'): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const text = part.trim()
    if (text.startsWith(cookieNames[proto])) return decodeURIComponent(text.slice(cookieNames[proto].length))
  }
  return undefined
}

const query = `
  select s.expires, u.id, u.name, u.email, u."isOperator", u."isReviewer",
    coalesce((select json_agg(json_build_object('organizationId', m."organizationId", 'applicationId', m."applicationId", 'role', m.role))
              from "Member" m where m."userId" = u.id), '[]') as grants
  from "Session" s join "User" u on u.id = s."userId"
  where s."sessionToken" = $1 and s.expires > now() and u."blockedAt" is null`

interface Row {
  expires: Date
  id: string
  name: string | null
  email: string
  isOperator: boolean
  isReviewer: boolean
  grants: PersonActor['grants']
}

/** Sessions by hashed token, from memory. The database says when one ends; while it cannot, nothing is kept. */
export class Sessions {
  readonly stats = { hits: 0, misses: 0 }
  private readonly kept = new Map<string, { who: Who; until: number }>()
  private readonly flights = new Map<string, Promise<Who | null>>()
  private epoch = 0
  private isListening = false
  private isClosed = false
  private line: pg.Client | undefined

  private hasListened!: () => void
  /** Resolves once news of sessions is heard for the first time. */
  readonly ready = new Promise<void>((resolve) => {
    this.hasListened = resolve
  })

  constructor(private readonly options: SessionsOptions) {
    void this.listen()
  }

  get size(): number {
    return this.kept.size
  }

  /** Who a cookie's token belongs to; null for nobody. Answers without waiting when it is remembered. */
  find(token: string | undefined): Who | null | Promise<Who | null> {
    if (!token || token.length > 200) return null
    const hash = hashToken(token)
    const entry = this.kept.get(hash)
    if (entry && entry.until > Date.now()) {
      this.stats.hits++
      return entry.who
    }
    const flight = this.flights.get(hash) ?? this.load(hash).finally(() => this.flights.delete(hash))
    this.flights.set(hash, flight)
    return flight
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.line?.end().catch(() => {})
  }

  private async load(hash: string): Promise<Who | null> {
    const before = this.epoch
    this.stats.misses++
    const { rows } = await this.options.pool.query<Row>({ name: 'session', text: query, values: [hash] })
    const row = rows[0]
    if (!row) return null
    const { id, isOperator, isReviewer, grants } = row
    const who: Who = {
      hash,
      expires: row.expires.getTime(),
      actor: { kind: 'person', id, name: row.name ?? row.email, isOperator, isReviewer, grants },
    }
    // News that came meanwhile may be about this very row.
    if (this.isListening && this.epoch === before) {
      if (this.kept.size >= maxEntries) this.kept.delete(this.kept.keys().next().value as string)
      this.kept.set(hash, { who, until: Math.min(Date.now() + keptMs, who.expires) })
    }
    return who
  }

  private async listen(): Promise<void> {
    while (!this.isClosed) {
      this.line = new pg.Client({ connectionString: this.options.url, keepAlive: true, application_name: 'tengen-sessions' })
      await this.live(this.line)
      if (!this.isClosed) await sleep(200 + Math.random() * 800)
    }
  }

  /** One life of the news line; resolves when it ends. */
  private async live(client: pg.Client): Promise<void> {
    const ended = new Promise<void>((resolve) => {
      client.once('error', () => resolve())
      client.once('end', () => resolve())
    })
    try {
      await client.connect()
      client.on('notification', ({ payload }) => this.heard(payload ?? ''))
      await client.query('listen session_changed')
      this.isListening = true
      this.hasListened()
      await ended
    } catch {
      // The database is away; the loop comes back.
    }
    if (this.isListening && !this.isClosed) this.options.onLost()
    this.isListening = false
    this.kept.clear()
    this.epoch++
    await client.end().catch(() => {})
  }

  private heard(payload: string): void {
    this.epoch++
    const id = payload.slice(2)
    if (payload.startsWith('s:')) {
      this.kept.delete(id)
      this.options.onGone({ hash: id })
      return
    }
    for (const [hash, entry] of this.kept) if (entry.who.actor.id === id) this.kept.delete(hash)
    this.options.onGone({ userId: id })
  }
}
