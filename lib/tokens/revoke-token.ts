import type { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { ApiToken } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { findScope } from '@/lib/organizations/find-scope'
import type { RevokeOwnTokenSchema, RevokeTokenSchema } from './schema'
import { whyNotManage } from './token-gate'

/** From the commit on no door knows it: the gateways hear it, and streams that it opened end. */
export async function revokeOwnToken(actor: PersonActor, { id }: z.output<typeof RevokeOwnTokenSchema>): Promise<void> {
  // A program may end what it speaks with itself, and nothing else.
  if (actor.token && (actor.token.id !== id || actor.token.isShared)) throw notFound('This token')
  await transaction(async (tx) => {
    const token = await tx.apiToken.findFirst({ where: { id, userId: actor.id, isShared: false } })
    if (!token) throw notFound('This token')
    await revoke(tx, actor, token)
  })
}

export async function revokeToken(actor: PersonActor, { organization, id }: z.output<typeof RevokeTokenSchema>): Promise<void> {
  const scope = await findScope(actor, { organization })
  await transaction(async (tx) => {
    const token = await tx.apiToken.findFirst({ where: { id, isShared: true, organizationId: scope.organization.id } })
    refuse(whyNotManage(actor, { organizationId: scope.organization.id, applicationId: token?.applicationId ?? null }))
    if (!token) throw notFound('This token')
    await revoke(tx, actor, token)
  })
}

async function revoke(tx: Tx, actor: PersonActor, { id, name, isShared, organizationId }: ApiToken): Promise<void> {
  const { count } = await tx.apiToken.updateMany({
    where: { id, revokedAt: null },
    data: { revokedAt: clock.now(), revokedById: actor.id },
  })
  if (count === 0) throw new AppError('conflict', 'It was revoked already.', { reason: 'token_over' })
  await writeEvent(tx, actor, {
    name: 'token.revoked',
    organizationId: isShared ? organizationId : null,
    subject: { kind: 'token', id },
    data: { name },
  })
}
