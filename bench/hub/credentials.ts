import { hashToken, newToken } from '@/lib/ids'
import { buildToken } from '@/lib/testing/build-token'
import type { Hub } from './hub'

/** A session as next-auth makes it: the database has only the hash of what the cookie says. */
export async function signIn(hub: Hub): Promise<string> {
  const token = newToken()
  const { id } = await hub.person('mei')
  const expires = new Date(Date.now() + 3_600_000)
  await hub.connections.db.session.create({ data: { userId: id, sessionToken: hashToken(token), expires } })
  return `next-auth.session-token=${token}`
}

/** A token that may read, limited to nothing. */
export async function takeToken(hub: Hub): Promise<string> {
  const { id } = await hub.person('mei')
  return `Bearer ${(await buildToken({ userId: id, scopes: ['read'] })).token}`
}
