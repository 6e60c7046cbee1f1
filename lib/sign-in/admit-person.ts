import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { SignInProvider, User } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { seenOf } from '@/lib/plain-name'
import type { ProvidedPerson } from './known-providers'

export const refusalsAtTheDoor = ['blocked', 'no_email', 'unverified', 'domain', 'gone'] as const
export type RefusalAtTheDoor = (typeof refusalsAtTheDoor)[number]

/** What becomes of somebody whom a provider sent. */
export type Admission =
  | { readonly kind: 'in'; readonly userId: string }
  /** The e-mail is that of somebody who is here: they are asked whether this is theirs, too. */
  | { readonly kind: 'connect'; readonly token: string }
  | { readonly kind: 'refused'; readonly why: RefusalAtTheDoor }

interface Came {
  readonly tx: Tx
  readonly provider: SignInProvider
  readonly person: ProvidedPerson
  /** Checked by the provider, or vouched for by the operator. */
  readonly email: string | null
}

const refused = (why: RefusalAtTheDoor): Admission => ({ kind: 'refused', why })

/**
 * Who is known by this account comes in, whatever the provider calls them by now. Nobody becomes somebody who is here by an e-mail
 * alone. Both are decided in one transaction, so that two browsers at once are one person.
 */
export function admitPerson(providerId: string, person: ProvidedPerson): Promise<Admission> {
  return transaction(async (tx) => {
    const provider = await tx.signInProvider.findUnique({ where: { id: providerId, isEnabled: true } })
    if (!provider) return refused('gone')
    const isSure = person.isEmailVerified || provider.trustsEmail
    const email = isSure ? (person.email?.toLowerCase() ?? null) : null
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`sign-in ${email ?? person.accountId}`}, 0))`
    const came = { tx, provider, person, email }
    const account = await tx.account.findUnique({
      where: { provider_providerAccountId: { provider: provider.id, providerAccountId: person.accountId } },
      include: { user: true },
    })
    if (account) return admitKnown(came, account.user)
    if (!person.email) return refused('no_email')
    return email ? admitNew({ ...came, email }) : refused('unverified')
  })
}

async function admitKnown(came: Came, user: User): Promise<Admission> {
  if (user.blockedAt) return refused('blocked')
  await followEmail(came, user)
  return { kind: 'in', userId: user.id }
}

/** Changed at the provider: ours follows, unless it is somebody else's here. */
async function followEmail({ tx, provider, email }: Came, user: User): Promise<void> {
  if (!email || email === user.email.toLowerCase()) return
  if (await tx.user.count({ where: { email: { equals: email, mode: 'insensitive' } } })) return
  await tx.user.update({ where: { id: user.id }, data: { email, emailVerified: clock.now() } })
  await tell(tx, 'user.email_changed', { userId: user.id, data: { provider: provider.id, from: user.email, to: email } })
}

async function admitNew({ tx, provider, person, email }: Came & { readonly email: string }): Promise<Admission> {
  const ids = { providerId: provider.id, providerAccountId: person.accountId }
  const there = await tx.user.findFirst({ where: { email: { equals: email, mode: 'insensitive' } } })
  if (there?.blockedAt) return refused('blocked')
  if (there) {
    const token = newToken()
    const expires = new Date(clock.nowMs() + pace('pendingConnection'))
    await tx.pendingConnection.deleteMany({ where: { OR: [{ expires: { lt: clock.now() } }, ids] } })
    await tx.pendingConnection.create({ data: { ...ids, tokenHash: hashToken(token), userId: there.id, expires } })
    return { kind: 'connect', token }
  }
  const domain = email.split('@').at(-1) ?? ''
  if (provider.domains.length > 0 && !provider.domains.includes(domain)) return refused('domain')
  const user = await tx.user.create({
    data: {
      email,
      name: seenOf(person.name ?? '').slice(0, 100) || null,
      emailVerified: clock.now(),
      createdAt: clock.now(),
      accounts: { create: { type: 'oauth', provider: provider.id, providerAccountId: person.accountId } },
    },
  })
  await tell(tx, 'user.created', { userId: user.id, data: { provider: provider.id, email } })
  return { kind: 'in', userId: user.id }
}

const tell = (tx: Tx, name: `user.${string}`, { userId, data }: { userId: string; data: Record<string, unknown> }) =>
  writeEvent(tx, systemActor('sign-in'), { name, subject: { kind: 'user', id: userId }, data })
