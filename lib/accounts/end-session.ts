import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'

export const EndSessionSchema = z.object({ id: z.string().max(64) })
export const EndOthersSchema = z.object({})

/** Ends one of one's own sessions everywhere: its row goes, and the gateways close what it had open. */
export async function endSession(actor: PersonActor, { id }: z.infer<typeof EndSessionSchema>): Promise<void> {
  await endSessions(actor, { id })
}

/** All of one's own but the one that asks. Returns how many. */
export async function endOtherSessions(actor: PersonActor): Promise<{ ended: number }> {
  return { ended: await endSessions(actor, { id: { not: actor.session?.id ?? '' } }) }
}

async function endSessions(actor: PersonActor, where: { id: string | { not: string } }): Promise<number> {
  return transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { ...where, userId: actor.id } })
    if (count === 0 && typeof where.id === 'string') throw notFound('This session')
    if (count > 0) await writeEvent(tx, actor, { name: 'user.sessions_ended', subject: { kind: 'user', id: actor.id }, data: { count } })
    return count
  })
}
