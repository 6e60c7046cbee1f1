import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'

export const OfferPoolSchema = z.object({ runtimeId: z.string(), isOffered: z.boolean() })

/** Whether organisations without a grant see a pool's name and may ask for it. */
export async function offerPool(actor: Actor, { runtimeId, isOffered }: z.infer<typeof OfferPoolSchema>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This pool')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Runtime" where id = ${runtimeId} for no key update`
    const runtime = await tx.runtime.findUnique({ where: { id: runtimeId } })
    if (!runtime) throw notFound('This pool')
    if (runtime.isOffered === isOffered) return
    await tx.runtime.update({ where: { id: runtimeId }, data: { isOffered } })
    const name = isOffered ? 'runtime.offered' : 'runtime.offer_ended'
    const data = { name: runtime.name, before: { isOffered: runtime.isOffered }, after: { isOffered } }
    await writeEvent(tx, actor, { name, subject: { kind: 'runtime', id: runtimeId }, data })
  })
}
