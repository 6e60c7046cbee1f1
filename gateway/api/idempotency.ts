import { hash } from 'node:crypto'
import { pool } from '@/lib/db/client'
import { AppError } from '@/lib/errors'

/** A stored answer to the same request, sent once more instead of doing it again. */
export interface StoredAnswer {
  readonly status: number
  readonly body: unknown
}

export interface Scope {
  readonly actorId: string
  /** Method and address. */
  readonly route: string
  readonly key: string
  readonly bodyDigest: string
}

const keyPattern = /^[\x21-\x7e]{1,200}$/
/** A first request that never ended (its process died) gives the key free after this time. */
const abandonedAfter = '5 minutes'

export function scopeOf(
  actorId: string,
  method: string,
  url: string,
  key: string | string[] | undefined,
  body: unknown,
): Scope | undefined {
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !keyPattern.test(key)) throw new AppError('invalid', 'An Idempotency-Key is 1 to 200 visible characters.')
  return { actorId, route: `${method} ${url}`, key, bodyDigest: hash('sha256', JSON.stringify(body ?? null), 'hex') }
}

/** Takes the key, or gives the answer that was given before. Refuses another body under the same key, and a second request while the first is at work. */
export async function takeKey({ actorId, route, key, bodyDigest }: Scope): Promise<StoredAnswer | undefined> {
  const { rowCount } = await pool.query(
    `insert into "IdempotencyKey" ("actorId", route, key, "bodyDigest") values ($1, $2, $3, $4)
     on conflict ("actorId", route, key) do update set "createdAt" = now()
       where "IdempotencyKey".status is null and "IdempotencyKey"."bodyDigest" = $4 and "IdempotencyKey"."createdAt" < now() - interval '${abandonedAfter}'`,
    [actorId, route, key, bodyDigest],
  )
  if (rowCount) return undefined
  const { rows } = await pool.query<{ bodyDigest: string; status: number | null; response: unknown }>(
    `select "bodyDigest", status, response from "IdempotencyKey" where "actorId" = $1 and route = $2 and key = $3`,
    [actorId, route, key],
  )
  const stored = rows[0]
  if (stored && stored.bodyDigest !== bodyDigest)
    throw new AppError('idempotency_reused', 'This Idempotency-Key was used for another request.')
  if (!stored || stored.status === null) throw new AppError('conflict', 'The first request with this Idempotency-Key is still at work.')
  return { status: stored.status, body: stored.response }
}

/** Keeps the answer for repetitions; one that was our fault is forgotten, so that it may be tried again. */
export async function keepAnswer({ actorId, route, key }: Scope, status: number, body: string | undefined): Promise<void> {
  if (status >= 500)
    await pool.query(`delete from "IdempotencyKey" where "actorId" = $1 and route = $2 and key = $3`, [actorId, route, key])
  else
    await pool.query(`update "IdempotencyKey" set status = $4, response = $5 where "actorId" = $1 and route = $2 and key = $3`, [
      actorId,
      route,
      key,
      status,
      body ?? null,
    ])
}
