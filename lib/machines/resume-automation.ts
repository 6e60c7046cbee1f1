import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { tellRested } from '@/lib/relations/tell-rested'

export const ResumeAutomationSchema = z.object({ runtimeId: z.string() })

/** An operator lets automation go on in a pool that lost many machines at once. It rests again only when it loses more. */
export async function resumeAutomation(actor: Actor, { runtimeId }: z.infer<typeof ResumeAutomationSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This pool')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Runtime" where id = ${runtimeId} for update`
    const runtime = await tx.runtime.findUnique({ where: { id: runtimeId } })
    if (!runtime) throw notFound('This pool')
    if (!runtime.lossSince) throw new AppError('conflict', 'Automation does not rest in this pool.', { reason: 'not_paused' })
    await tx.runtime.update({
      where: { id: runtimeId },
      data: { lossSince: null, lossCount: 0, lossOf: 0, lossAccepted: runtime.lossCount },
    })
    await tellRested(tx, runtimeId)
    await writeEvent(tx, actor, {
      name: 'runtime.automation_resumed',
      subject: { kind: 'runtime', id: runtimeId },
      data: {
        name: runtime.name,
        lost: runtime.lossCount,
        of: runtime.lossOf,
        before: { automation: 'off' },
        after: { automation: 'on' },
      },
    })
  })
}
