import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { tellRested } from '@/lib/relations/tell-rested'

export const EndRestoreSchema = z.object({ runtimeId: z.string() })

/** An operator has looked at what a restore left in this pool; automation may act there again. With the last pool it is on everywhere. */
export async function endRestore(actor: Actor, { runtimeId }: z.infer<typeof EndRestoreSchema>): Promise<void> {
  authorize(actor, 'platform.manage', {}, 'This pool')
  await transaction(async (tx) => {
    const { count } = await tx.runtime.updateMany({
      where: { id: runtimeId, automationOffSince: { not: null } },
      data: { automationOffSince: null },
    })
    if (count === 0) throw new AppError('conflict', 'Nothing was restored here, or somebody has ended it.', { reason: 'not_restored' })
    const left = await tx.runtime.count({ where: { automationOffSince: { not: null } } })
    if (left === 0) await tx.hub.update({ where: { id: 1 }, data: { automationOffSince: null, automationOffReason: null } })
    // Nobody was told anything while another pool still waited.
    await tellRested(tx, left === 0 ? undefined : runtimeId)
    const data = { before: { automation: 'off' }, after: { automation: 'on' } }
    await writeEvent(tx, actor, { name: 'runtime.restore_ended', subject: { kind: 'runtime', id: runtimeId }, data })
  })
}
