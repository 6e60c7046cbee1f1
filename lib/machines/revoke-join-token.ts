import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { joinTokenState } from './join-token-state'

export const RevokeJoinTokenSchema = z.object({ id: z.string().max(100) })

/** Nobody joins with it any more; machines that did stay. */
export async function revokeJoinToken(actor: Actor, { id }: z.infer<typeof RevokeJoinTokenSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This join token')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "JoinToken" where id = ${id} for update`
    const token = await tx.joinToken.findUnique({ where: { id }, include: { runtime: true } })
    if (!token) throw notFound('This join token')
    const state = joinTokenState(token)
    if (state !== 'open') throw new AppError('conflict', `It does not work any more: it is ${state}.`, { reason: 'join_token_ended' })
    await tx.joinToken.update({ where: { id }, data: { revokedAt: clock.now() } })
    await writeEvent(tx, actor, {
      name: 'runtime.join_token_revoked',
      subject: { kind: 'runtime', id: token.runtimeId },
      data: { name: token.runtime.name, token: id, uses: token.uses, from: state, to: 'revoked' },
    })
  })
}
