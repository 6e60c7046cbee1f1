import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken } from '@/lib/ids'
import type { ConnectionView } from './views'

export const ConnectAccountSchema = z.object({ token: z.string().max(100) })

async function find(tx: Tx, token: string) {
  const pending = await tx.pendingConnection.findFirst({ where: { tokenHash: hashToken(token), expires: { gt: clock.now() } } })
  const user = pending && (await tx.user.findUnique({ where: { id: pending.userId } }))
  const provider = pending && (await tx.signInProvider.findUnique({ where: { id: pending.providerId, isEnabled: true } }))
  if (!pending || !user || !provider) throw notFound('This question')
  return { pending, user, provider }
}

/** What is asked, for whoever holds the token: that is who came by the provider a moment ago. */
export async function getConnection(actor: PersonActor | null, { token }: z.infer<typeof ConnectAccountSchema>): Promise<ConnectionView> {
  const { user, provider } = await find(db, token)
  return {
    provider: { id: provider.id, name: provider.name },
    email: user.email,
    name: user.name ?? user.email,
    isYou: actor?.id === user.id,
  }
}

/** Yes, that is mine: from now on one may sign in by it. Only its own person can say so, signed in the way they did before. */
export async function connectAccount(actor: PersonActor, { token }: z.infer<typeof ConnectAccountSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { pending, user, provider } = await find(tx, token)
    if (user.id !== actor.id) throw new AppError('forbidden', `Sign in as ${user.email} to say so.`)
    insistFresh(actor, 'account.connect')
    await tx.pendingConnection.delete({ where: { tokenHash: pending.tokenHash } })
    const { providerId, providerAccountId } = pending
    await tx.account.create({ data: { userId: user.id, type: 'oauth', provider: providerId, providerAccountId, createdAt: clock.now() } })
    await writeEvent(tx, actor, { name: 'user.account_connected', subject: { kind: 'user', id: user.id }, data: { provider: provider.id } })
  })
}
