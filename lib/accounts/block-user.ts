import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { User } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { logger } from '@/lib/logger'
import { endBlocked } from './end-blocked'
import { whyNotBlock, whyNotUnblock } from './user-gate'

const log = logger('accounts.block')

export const BlockUserSchema = z.object({ userId: z.string().max(64), reason: z.string().trim().min(3, 'Say why.').max(500) })
export const UnblockUserSchema = z.object({ userId: z.string().max(64) })

/** From the commit on no door lets this person in. What was open is closed at once; what a crash leaves, the sweep closes. */
export async function blockUser(actor: Actor, { userId, reason }: z.infer<typeof BlockUserSchema>): Promise<void> {
  await change(actor, userId, async (tx, user) => {
    refuse(whyNotBlock(actor, user))
    insistFresh(actor, 'user.block')
    await tx.user.update({ where: { id: userId }, data: { blockedAt: clock.now(), blockedReason: reason, blockedById: actor.id } })
    await tx.session.deleteMany({ where: { userId } })
    await tx.apiToken.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: clock.now(), revokedById: actor.id } })
    const data = { reason, before: { isBlocked: false }, after: { isBlocked: true } }
    await writeEvent(tx, actor, { name: 'user.blocked', subject: { kind: 'user', id: userId }, data })
  })
  // It is blocked whatever becomes of this; the sweep does what is left.
  await endBlocked().catch((error: unknown) => log.warn({ err: error, userId }, 'not everything of a blocked person is closed yet'))
}

/** May sign in again. Nothing that was closed comes back. */
export async function unblockUser(actor: Actor, { userId }: z.infer<typeof UnblockUserSchema>): Promise<void> {
  await change(actor, userId, async (tx, user) => {
    refuse(whyNotUnblock(actor, user))
    insistFresh(actor, 'user.block')
    await tx.user.update({ where: { id: userId }, data: { blockedAt: null, blockedReason: null, blockedById: null } })
    const data = { reason: user.blockedReason, before: { isBlocked: true }, after: { isBlocked: false } }
    await writeEvent(tx, actor, { name: 'user.unblocked', subject: { kind: 'user', id: userId }, data })
  })
}

async function change(actor: Actor, userId: string, work: (tx: Tx, user: User) => Promise<void>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This user')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "User" where id = ${userId} for update`
    const user = await tx.user.findUnique({ where: { id: userId } })
    if (!user) throw notFound('This user')
    await work(tx, user)
  })
}
