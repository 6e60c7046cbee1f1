import { PrismaAdapter } from '@auth/prisma-adapter'
import type { NextAuthOptions } from 'next-auth'
import type { Adapter, AdapterAccount, AdapterSession } from 'next-auth/adapters'
import { db } from '@/lib/db/client'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'

type NewSession = Parameters<NonNullable<Adapter['createSession']>>[0]

/** The database knows only SHA-256 of a session's token, and no token of a provider at all. */
function hashingAdapter(inner: Adapter): Adapter {
  const hidden = <T extends { sessionToken: string }>(session: T): T => ({ ...session, sessionToken: hashToken(session.sessionToken) })
  return {
    ...inner,
    createSession: async (session: NewSession) => ({
      ...((await inner.createSession?.(hidden(session))) as AdapterSession),
      sessionToken: session.sessionToken,
    }),
    async getSessionAndUser(token: string) {
      const found = await inner.getSessionAndUser?.(hashToken(token))
      if (!found || (found.user as { blockedAt?: Date | null }).blockedAt) return null
      return { user: found.user, session: { ...found.session, sessionToken: token } }
    },
    async updateSession(session: Partial<AdapterSession> & Pick<AdapterSession, 'sessionToken'>) {
      const updated = await inner.updateSession?.(hidden(session))
      return updated ? { ...updated, sessionToken: session.sessionToken } : null
    },
    deleteSession: async (token: string) => void (await inner.deleteSession?.(hashToken(token))),
    async linkAccount(account: AdapterAccount) {
      const { type, provider, providerAccountId, userId } = account
      await inner.linkAccount?.({ type, provider, providerAccountId, userId })
    },
  }
}

/** Sessions are rows, so that revoking one is immediate everywhere. Providers come with their own issue; until then the demo signs in. */
export const authOptions = (): NextAuthOptions => ({
  adapter: hashingAdapter(PrismaAdapter(db as never) as Adapter),
  session: { strategy: 'database', maxAge: pace('session') / 1000, updateAge: 900, generateSessionToken: newToken },
  pages: { signIn: '/sign-in', error: '/sign-in' },
  providers: [],
  callbacks: {
    session: async ({ session, user }) => ({ ...session, user: { ...session.user, id: user.id } }),
  },
})
