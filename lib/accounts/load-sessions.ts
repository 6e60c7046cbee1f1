import type pg from 'pg'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'

/** Who a session belongs to, with the grants of this moment. */
export interface Who {
  /** Of the token in the cookie. */
  readonly hash: string
  /** Milliseconds since the epoch, as `usedAt`. */
  readonly expires: number
  readonly usedAt: number
  readonly actor: PersonActor
}

const text = `
  select s.id as "sessionId", s."sessionToken" as hash, u.id, u.name, u.email, u."isOperator", u."isReviewer",
    extract(epoch from s.expires) * 1000 as expires, extract(epoch from s."lastUsedAt") * 1000 as "usedAt",
    extract(epoch from s."signedInAt") * 1000 as "signedInAt",
    coalesce((select json_agg(json_build_object('organizationId', m."organizationId", 'applicationId', m."applicationId", 'role', m.role) order by m.id)
              from "Member" m join "Organization" o on o.id = m."organizationId"
              where m."userId" = u.id and o."archivedAt" is null), '[]') as grants
  from "Session" s join "User" u on u.id = s."userId"
  where s."sessionToken" = any($1) and s.expires > $2 and u."blockedAt" is null`

interface Row {
  sessionId: string
  hash: string
  id: string
  name: string | null
  email: string
  isOperator: boolean
  isReviewer: boolean
  expires: string
  usedAt: string
  signedInAt: string
  grants: PersonActor['grants']
}

/** Sessions that live, of people who are not blocked, by the hashes of their tokens. The one question of all doors. */
export async function loadSessions(pool: Pick<pg.Pool, 'query'>, hashes: readonly string[]): Promise<Who[]> {
  const { rows } = await pool.query<Row>({ name: 'sessions', text, values: [hashes, clock.now().toISOString()] })
  return rows.map(({ hash, expires, usedAt, sessionId, signedInAt, id, name, email, isOperator, isReviewer, grants }) => ({
    hash,
    expires: Number(expires),
    usedAt: Number(usedAt),
    actor: {
      kind: 'person',
      id,
      name: name ?? email,
      isOperator,
      isReviewer,
      grants,
      session: { id: sessionId, signedInAt: new Date(Number(signedInAt)) },
    },
  }))
}
