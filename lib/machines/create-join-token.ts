import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Runtime } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newToken } from '@/lib/ids'
import { fingerprintOf } from '@/lib/protocol/identity'
import { joinTokenHash, writeJoinToken } from '@/lib/protocol/join-token'
import { hubKeys } from './hub'
import { JoinTokenAskSchema } from './join-views'

export interface MadeJoinToken {
  readonly id: string
  readonly token: string
}

/** A token that lets agents join a pool. Only its hash is kept, so it is shown once. */
export async function createJoinToken(actor: Actor, input: z.input<typeof JoinTokenAskSchema>): Promise<MadeJoinToken> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  const ask = JoinTokenAskSchema.parse(input)
  if (ask.machineName !== undefined && ask.maxUses > 1)
    throw new AppError('invalid', 'A name is for one machine.', { fields: { machineName: 'only with one use' } })
  const secret = newToken()
  return transaction(async (tx) => {
    const pool = await poolOf(tx, ask.pool)
    const { id } = await tx.joinToken.create({
      data: {
        runtimeId: pool.id,
        tokenHash: joinTokenHash(secret),
        machineName: ask.machineName,
        maxUses: ask.maxUses,
        bringOnline: ask.bringOnline,
        createdBy: actor.kind === 'person' ? actor.id : null,
        createdAt: clock.now(),
        expires: new Date(clock.nowMs() + ask.hours * 3_600_000),
      },
    })
    await writeEvent(tx, actor, {
      name: 'runtime.join_token_made',
      subject: { kind: 'runtime', id: pool.id },
      data: { name: pool.name, token: id, uses: ask.maxUses, hours: ask.hours },
    })
    const { publicKey } = await hubKeys(tx)
    return { id, token: writeJoinToken({ hubFingerprint: fingerprintOf(publicKey), secret }) }
  })
}

async function poolOf(tx: Tx, name: string): Promise<Runtime> {
  const runtime = await tx.runtime.findUnique({ where: { name } })
  if (runtime?.kind !== 'pool') throw notFound('This pool')
  return runtime
}
