import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'

const actor = systemActor('restore')

/**
 * What a restored hub does before it hears an agent (5-model 6): a new era, automation off, and every machine's word of
 * before forgotten, so that agents which are ahead only report. Live records are ended by `endRestoredDeploys`.
 */
export async function beginRestore(): Promise<{ era: number }> {
  return transaction(async (tx) => {
    const hub = await tx.hub.update({
      where: { id: 1 },
      data: { era: { increment: 1 }, automationOffSince: clock.now(), automationOffReason: 'restored from a backup' },
    })
    await tx.runtime.updateMany({ data: { automationOffSince: clock.now() } })
    await tx.machine.updateMany({ data: { connected: false, ratchetHash: null, ratchetBefore: null } })
    await tx.session.deleteMany()
    await tx.$executeRaw`delete from "Outbox" where "sentAt" is null`
    const data = { era: hub.era, before: { era: hub.era - 1 }, after: { era: hub.era, automation: 'off' } }
    await writeEvent(tx, actor, { name: 'hub.restored', subject: { kind: 'hub', id: '1' }, data })
    return { era: hub.era }
  })
}
