import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'

export const SetLossLimitSchema = z.object({ runtimeId: z.string(), percent: z.int().min(0).max(100) })

/** How much of a pool may be lost at once before automation rests there. The next look of the sweep counts with it. */
export async function setLossLimit(actor: Actor, { runtimeId, percent }: z.infer<typeof SetLossLimitSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Runtime" where id = ${runtimeId} for no key update`
    const pool = await tx.runtime.findUnique({ where: { id: runtimeId, kind: 'pool' } })
    if (!pool) throw notFound('This pool')
    if (pool.lossPercent === percent) return
    insistFresh(actor, 'policy.set')
    await tx.runtime.update({ where: { id: runtimeId }, data: { lossPercent: percent } })
    await writeEvent(tx, actor, {
      name: 'runtime.loss_limit_set',
      subject: { kind: 'runtime', id: runtimeId },
      data: { name: pool.name, percent, before: { percent: pool.lossPercent }, after: { percent } },
    })
  })
}
