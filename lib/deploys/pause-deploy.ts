import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { enqueue } from '@/lib/queue/outbox'
import { refuse, whyNotPause, whyNotResume } from './deploy-gate'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'

export const PauseDeploySchema = z.object({ recordId: z.string() })

/** Nothing new starts; what runs ends. After 24 hours a paused record is cancelled. */
export async function pauseDeploy(actor: Actor, { recordId }: z.infer<typeof PauseDeploySchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.cancel_any')
    refuse(whyNotPause(actor, record))
    await moveDeploy(tx, actor, record, 'pause')
  })
}

export async function resumeDeploy(actor: Actor, { recordId }: z.infer<typeof PauseDeploySchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.cancel_any')
    refuse(whyNotResume(actor, record))
    await moveDeploy(tx, actor, record, 'resume')
    await enqueue(tx, 'deploy.advance', { recordId })
  })
}
