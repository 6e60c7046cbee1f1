import type pg from 'pg'
import type { Who } from '@/lib/accounts/load-sessions'
import type { Device } from '@/lib/accounts/touch-session'
import type { Grant, PersonActor } from '@/lib/auth/actor'
import { isPlatformScope, permissionsOf, type ScopeName } from '@/lib/auth/scopes'
import { clock } from '@/lib/clock'
import { pace } from '@/lib/pace'
import { narrowGrants } from './narrow-grants'

const text = `
  select t.id as "tokenId", t.name as "tokenName", t."tokenHash" as hash, t."isShared", t."organizationId", t."applicationId", t.scopes,
    t."serviceIds", u.id, u.name, u.email, u."isOperator", u."isReviewer",
    extract(epoch from t.expires) * 1000 as expires, coalesce(extract(epoch from t."lastUsedAt") * 1000, 0) as "usedAt",
    coalesce((select json_agg(json_build_object('organizationId', m."organizationId", 'applicationId', m."applicationId", 'role', m.role) order by m.id)
              from "Member" m join "Organization" mo on mo.id = m."organizationId"
              where m."userId" = u.id and mo."archivedAt" is null), '[]') as grants,
    coalesce((select json_agg(json_build_object('id', s.id, 'applicationId', s."applicationId"))
              from "Service" s where s.id = any(t."serviceIds") and s."removedAt" is null), '[]') as services
  from "ApiToken" t join "User" u on u.id = t."userId" left join "Organization" o on o.id = t."organizationId"
  where t."tokenHash" = any($1) and t.expires > $2 and t."revokedAt" is null and u."blockedAt" is null and o."archivedAt" is null`

interface Row {
  tokenId: string
  tokenName: string
  hash: string
  isShared: boolean
  organizationId: string | null
  applicationId: string | null
  scopes: string[]
  serviceIds: string[]
  id: string
  name: string | null
  email: string
  isOperator: boolean
  isReviewer: boolean
  expires: string
  usedAt: string
  grants: Grant[]
  services: { id: string; applicationId: string }[]
}

/** Tokens that are good, as who they speak for, by their hashes: the one question of all doors, as of sessions. */
export async function loadTokens(pool: Pick<pg.Pool, 'query'>, hashes: readonly string[]): Promise<Who[]> {
  const { rows } = await pool.query<Row>({ name: 'tokens', text, values: [hashes, clock.now().toISOString()] })
  return rows.map((row) => ({ hash: row.hash, expires: Number(row.expires), usedAt: Number(row.usedAt), actor: actorOf(row) }))
}

/** An organisation's token may what its admins may, a person's what that person may: of either, what its scopes and limits leave. */
function actorOf(row: Row): PersonActor {
  const { id, organizationId, applicationId, isShared, scopes } = row
  const permissions = permissionsOf(scopes)
  const own: Grant[] = isShared ? [{ organizationId: organizationId ?? '', applicationId, role: 'admin' }] : row.grants
  const isOfPlatform = !isShared && organizationId === null && scopes.some((name) => isPlatformScope(name as ScopeName))
  return {
    kind: 'person',
    id,
    name: isShared ? row.tokenName : (row.name ?? row.email),
    isOperator: isOfPlatform && row.isOperator,
    isReviewer: isOfPlatform && row.isReviewer,
    grants: narrowGrants(own, { permissions, organizationId, applicationId, services: row.serviceIds.length > 0 ? row.services : null }),
    token: { id: row.tokenId, name: row.tokenName, isShared, permissions },
  }
}

const touch = `update "ApiToken" set "lastUsedAt" = $2, "lastAddress" = $3 where "tokenHash" = $1`

/** It was used: written down now and then. */
export async function touchToken(pool: Pick<pg.Pool, 'query'>, who: Who, { address }: Device): Promise<void> {
  const now = clock.nowMs()
  if (now - who.usedAt < pace('sessionTouch')) return
  const values = [who.hash, new Date(now).toISOString(), address?.slice(0, 100) ?? null]
  await pool.query({ name: 'token-touch', text: touch, values })
}
