import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { enqueue } from '@/lib/queue/outbox'
import { refuse, whyNotCancel } from './deploy-gate'
import { isUnstarted } from './deploy-lifecycle'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'

export const CancelDeploySchema = z.object({ recordId: z.string(), reason: z.string().trim().max(500).optional() })

/** Before the start it is simply withdrawn; under way, running tasks are told to stop and the record waits for their word. */
export async function cancelDeploy(actor: Actor, { recordId, reason }: z.infer<typeof CancelDeploySchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.see')
    refuse(whyNotCancel(actor, record))
    const why = { code: 'cancelled', message: reason ?? null }
    if (isUnstarted(record.state)) {
      await moveDeploy(tx, actor, record, 'withdraw', why)
      return
    }
    await moveDeploy(tx, actor, record, 'cancel', why)
    await enqueue(tx, 'deploy.stop-tasks', { recordId })
    await enqueue(tx, 'deploy.advance', { recordId })
  })
}
