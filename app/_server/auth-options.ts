import { PrismaAdapter } from '@auth/prisma-adapter'
import type { NextAuthOptions } from 'next-auth'
import type { Adapter, AdapterAccount, AdapterSession, AdapterUser } from 'next-auth/adapters'
import { beginSession } from '@/lib/accounts/begin-session'
import { findSession } from '@/lib/accounts/find-session'
import { signOut } from '@/lib/accounts/sign-out'
import { db } from '@/lib/db/client'
import { newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { readDevice, readSessionToken } from './session-cookie'

type NewSession = Parameters<NonNullable<Adapter['createSession']>>[0]

/** next-auth speaks with providers; sessions are our own rows, which know a token by its hash only, and no token of a provider at all. */
function ownAdapter(inner: Adapter): Adapter {
  return {
    ...inner,
    async createSession({ sessionToken, userId }: NewSession): Promise<AdapterSession> {
      const device = await readDevice()
      const begun = await beginSession({ userId, device, oldToken: await readSessionToken(), token: sessionToken })
      return { sessionToken, userId, expires: begun.expires }
    },
    async getSessionAndUser(sessionToken: string) {
      const who = await findSession(sessionToken, await readDevice())
      const user = who && (await inner.getUser?.(who.actor.id))
      return user ? { user, session: { sessionToken, userId: user.id, expires: new Date(who.expires) } } : null
    },
    // That a session was used is written down where it is found.
    updateSession: async () => null,
    deleteSession: (token: string) => signOut(token),
    async linkAccount({ type, provider, providerAccountId, userId }: AdapterAccount) {
      await inner.linkAccount?.({ type, provider, providerAccountId, userId })
    },
    updateUser: async (user) => (await inner.getUser?.(user.id)) as AdapterUser,
  }
}

/** Sessions are rows, so that revoking one is immediate everywhere. */
export const authOptions = (): NextAuthOptions => ({
  adapter: ownAdapter(PrismaAdapter(db as never) as Adapter),
  session: { strategy: 'database', maxAge: pace('sessionLimit') / 1000, generateSessionToken: newToken },
  pages: { signIn: '/sign-in', error: '/sign-in' },
  providers: [],
  callbacks: {
    session: async ({ session, user }) => ({ ...session, user: { ...session.user, id: user.id } }),
  },
})
