import type { ScopeName } from '@/lib/auth/scopes'
import { db } from '@/lib/db/client'
import { hashToken, newToken } from '@/lib/ids'
import { tokenPrefix } from '@/lib/tokens/schema'
import type { BuiltOrganization } from './build-organization'

interface Ask {
  readonly userId: string
  readonly scopes: readonly ScopeName[]
  readonly organizationId?: string
  readonly applicationId?: string
  readonly serviceIds?: readonly string[]
  readonly isShared?: boolean
  readonly expires?: Date
  readonly revokedAt?: Date
}

/** A token as its row and as what a program sends. */
export async function buildToken({ scopes, serviceIds = [], ...ask }: Ask): Promise<{ id: string; token: string; hash: string }> {
  const token = tokenPrefix + newToken()
  const data = { name: 'for the test', prefix: token.slice(0, 12), tokenHash: hashToken(token), expires: new Date(Date.now() + 3_600_000) }
  const { id } = await db.apiToken.create({ data: { ...data, ...ask, scopes: [...scopes], serviceIds: [...serviceIds] } })
  return { id, token, hash: hashToken(token) }
}

/** Tokens that were revoked: the rules refuse to do it again. */
export async function buildRevoked(world: BuiltOrganization): Promise<{ ownToken: string; sharedToken: string }> {
  const over = { userId: world.userIds.owner, scopes: ['read'] as const, revokedAt: new Date() }
  const own = await buildToken(over)
  const shared = await buildToken({ ...over, organizationId: world.id, isShared: true })
  return { ownToken: own.id, sharedToken: shared.id }
}
