import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { loadSessions, type Who } from '@/lib/accounts/load-sessions'
import { type Device, touchSession } from '@/lib/accounts/touch-session'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { hashToken } from '@/lib/ids'
import { loadTokens, touchToken } from '@/lib/tokens/load-tokens'
import { isToken } from '@/lib/tokens/schema'

/** A session ended (`hash`), goes on under another token (`rotated`, the old one), or something about its user changed (`userId`). */
export interface Gone {
  readonly hash?: string
  readonly rotated?: string
  readonly userId?: string
}

export interface SessionsOptions {
  readonly pool: pg.Pool
  readonly url: string
  readonly onGone: (gone: Gone) => void
  /** News was missed: whatever was allowed before must be asked again. */
  readonly onLost: () => void
}

/** An entry lives this long at most: the bound for a news line that died without a word. */
const keptMs = 30_000
const maxEntries = 20_000
const cookieNames = { http: `${sessionCookieName('http')}=`, https: `${sessionCookieName('https')}=` }

export function sessionCookie(header: string | undefined, proto: 'http' | 'https'): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const text = part.trim()
    if (text.startsWith(cookieNames[proto])) return decode(text.slice(cookieNames[proto].length))
  }
  return undefined
}

/** What no browser writes is nobody's cookie; and a program's token is none either. */
function decode(text: string): string | undefined {
  try {
    const token = decodeURIComponent(text)
    return isToken(token) ? undefined : token
  } catch {
    return undefined
  }
}

const bearer = /^bearer(?: +([\w.~+/-]+=*))? *$/i

/** The token of an `Authorization: Bearer` header; an empty one where that holds none. What another scheme says is for a proxy before us. */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || !/^bearer\b/i.test(header)) return undefined
  return bearer.exec(header)?.[1] ?? ''
}

interface Headers {
  readonly authorization?: string | undefined
  readonly cookie?: string | undefined
}

/** What a caller says to be known by. A program's token is none in a cookie, nor a session's in `Authorization`, which counts alone where it stands. */
export function credentialOf(
  { authorization, cookie }: Headers,
  proto: 'http' | 'https',
): { token: string | undefined; isBearer: boolean } {
  const token = bearerToken(authorization)
  if (token === undefined) return { token: sessionCookie(cookie, proto), isBearer: false }
  return { token: isToken(token) ? token : '', isBearer: true }
}

/** Sessions and tokens of programs by their hashes, from memory. The database says when one ends; while it cannot, nothing is kept. */
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

  /** Who a cookie's token, or a program's, belongs to; null for nobody. Answers without waiting when it is remembered. */
  find(token: string | undefined, deviceOf: () => Device): Who | null | Promise<Who | null> {
    if (!token || token.length > 200) return null
    const hash = hashToken(token)
    const entry = this.kept.get(hash)
    if (entry && entry.until > Date.now()) {
      this.stats.hits++
      return entry.who
    }
    const flight = this.flights.get(hash) ?? this.load(hash, isToken(token), deviceOf()).finally(() => this.flights.delete(hash))
    this.flights.set(hash, flight)
    return flight
  }

  /** Asked of the rows, not of memory: which of these still live, and as whom. */
  async again(hashes: readonly string[]): Promise<Map<string, Who>> {
    const { pool } = this.options
    const found = [...(await loadSessions(pool, hashes)), ...(await loadTokens(pool, hashes))]
    const living = new Map(found.map((who) => [who.hash, who]))
    // What was remembered of them may be wrong as well: the next request looks for itself.
    for (const hash of hashes) this.kept.delete(hash)
    return living
  }

  /** The same session under the token that it has by now: its person signed in once more. */
  async moved({ actor: { session } }: Who): Promise<Who | undefined> {
    const { pool } = this.options
    if (!session) return undefined
    const { rows } = await pool.query<{ hash: string }>('select "sessionToken" as hash from "Session" where id = $1', [session.id])
    return (
      await loadSessions(
        pool,
        rows.map(({ hash }) => hash),
      )
    )[0]
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.line?.end().catch(() => {})
  }

  private async load(hash: string, isOfProgram: boolean, device: Device): Promise<Who | null> {
    const before = this.epoch
    this.stats.misses++
    const [find, touch] = isOfProgram ? [loadTokens, touchToken] : [loadSessions, touchSession]
    const who = (await find(this.options.pool, [hash]))[0]
    if (!who) return null
    // Nobody waits for it, and nothing hangs on it: the next use writes it down as well.
    touch(this.options.pool, who, device).catch(() => {})
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
    if (payload.startsWith('s:') || payload.startsWith('r:')) {
      this.kept.delete(id)
      this.options.onGone(payload.startsWith('s:') ? { hash: id } : { rotated: id })
      return
    }
    for (const [hash, entry] of this.kept) if (entry.who.actor.id === id) this.kept.delete(hash)
    this.options.onGone({ userId: id })
  }
}
