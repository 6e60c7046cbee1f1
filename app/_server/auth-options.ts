import { PrismaAdapter } from '@auth/prisma-adapter'
import type { NextAuthOptions } from 'next-auth'
import type { Adapter, AdapterSession } from 'next-auth/adapters'
import { beginSession } from '@/lib/accounts/begin-session'
import { findSession } from '@/lib/accounts/find-session'
import { signOut } from '@/lib/accounts/sign-out'
import type { Device } from '@/lib/accounts/touch-session'
import { db } from '@/lib/db/client'
import { newToken } from '@/lib/ids'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { paths } from '@/lib/paths'
import { type Admission, admitPerson } from '@/lib/sign-in/admit-person'
import type { ProvidedPerson } from '@/lib/sign-in/known-providers'
import { loadProviders } from '@/lib/sign-in/load-providers'
import { authProvider } from './auth-providers'

type NewSession = Parameters<NonNullable<Adapter['createSession']>>[0]
const log = logger('web.sign-in')

/** Of one request: which browser asks, and who came by which provider, once it is known. */
interface Coming {
  /** A provider sent somebody: whoever the browser was before is no part of the answer. */
  readonly isCallback: boolean
  readonly device: Device
  /** Of the session the browser has. */
  readonly oldToken: string | undefined
  person?: ProvidedPerson
  providerId?: string
}

const unused = (name: string) => () => {
  throw new Error(`${name} is decided by admitPerson.`)
}

/** next-auth speaks with providers; people and sessions are our own rows, which know a token by its hash only, and none of a provider. */
function ownAdapter(inner: Adapter, coming: Coming): Adapter {
  return {
    ...inner,
    createUser: unused('createUser'),
    linkAccount: unused('linkAccount'),
    updateUser: unused('updateUser'),
    async createSession({ sessionToken, userId }: NewSession): Promise<AdapterSession> {
      const { device, oldToken } = coming
      const provider = coming.providerId ? { providerId: coming.providerId } : {}
      await beginSession({ userId, device, oldToken, token: sessionToken, ...provider })
      // Of the cookie: it lives as long as any session can, and the row says when this one ends.
      return { sessionToken, userId, expires: new Date(Date.now() + pace('sessionLimit')) }
    },
    async getSessionAndUser(sessionToken: string) {
      if (coming.isCallback) return null
      const who = await findSession(sessionToken, coming.device)
      const user = who && (await inner.getUser?.(who.actor.id))
      return user ? { user, session: { sessionToken, userId: user.id, expires: new Date(who.expires) } } : null
    },
    // That a session was used is written down where it is found.
    updateSession: async () => null,
    deleteSession: (token: string) => signOut(token),
  }
}

/** Where somebody is led whom a provider sent; true = in. */
const whereTo = (admission: Admission): string | true => {
  if (admission.kind === 'in') return true
  return admission.kind === 'connect' ? paths.connectAccount(admission.token) : paths.refusedAtTheDoor(admission.why)
}

const messageOf = (meta: unknown): string | undefined => {
  const error = (meta as { error?: unknown } | undefined)?.error ?? meta
  return error instanceof Error ? error.message : undefined
}

/** Sessions are rows, so that revoking one is immediate everywhere. Providers are rows, too: what an operator changes holds for the next sign-in. */
export async function authOptions(asked: Pick<Coming, 'isCallback' | 'device' | 'oldToken'>): Promise<NextAuthOptions> {
  const coming: Coming = { ...asked }
  const providers = await loadProviders()
  return {
    adapter: ownAdapter(PrismaAdapter(db as never) as Adapter, coming),
    session: { strategy: 'database', maxAge: pace('sessionLimit') / 1000, generateSessionToken: newToken },
    pages: { signIn: paths.signIn, error: paths.signIn },
    providers: providers.map((provider) => authProvider(provider, (person) => void (coming.person = person)) as never),
    logger: {
      // What a provider answers may hold secrets: only the sentence is kept.
      error: (code, meta) => log.warn({ code, says: messageOf(meta) }, 'a sign-in failed'),
      warn: () => {},
      debug: () => {},
    },
    callbacks: {
      session: async ({ session, user }) => ({ ...session, user: { ...session.user, id: user.id } }),
      async signIn({ account }) {
        if (!coming.person || !account) return false
        coming.providerId = account.provider
        return whereTo(await admitPerson(account.provider, coming.person))
      },
    },
  }
}
