import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'

const actor = systemActor('restore')

/** The database was restored from a backup: a new era, and automation stays off until an operator ends it (5-model 6). */
export async function beginRestore(): Promise<void> {
  await transaction(async (tx) => {
    const { era } = await tx.hub.update({
      where: { id: 1 },
      data: { era: { increment: 1 }, automationOffSince: clock.now(), automationOffReason: 'hub_restored' },
    })
    await writeEvent(tx, actor, { name: 'hub.restored', subject: { kind: 'hub', id: '1' }, data: { era } })
  })
}
