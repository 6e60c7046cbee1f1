import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import type { PlanMade } from './plan/plan-types'
import { previewOf } from './preview-deploy'
import { requestInside } from './request-deploy'
import { retryInside } from './retry-deploy'
import { rollBackInside } from './roll-back-deploy'
import type { PlanPreview } from './views'

export const FollowUpSchema = z.object({
  recordId: z.string(),
  follow: z.enum(['retry', 'roll_back', 'cancel_and_roll_back', 'accept']),
  reason: z.string().trim().max(500).optional(),
  expectedHash: z.string().optional(),
})
export type FollowUpInput = z.infer<typeof FollowUpSchema>

/** What a record may be followed by, as a record of its own with its own plan. */
export async function requestFollowUp(actor: Actor, input: FollowUpInput): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await followInside(tx, actor, input)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewFollowUp(actor: Actor, input: Pick<FollowUpInput, 'recordId' | 'follow'>): Promise<PlanPreview> {
  return previewOf(actor, (tx) => followInside(tx, actor, { recordId: input.recordId, follow: input.follow }))
}

async function followInside(tx: Tx, actor: Actor, input: FollowUpInput): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { recordId, follow } = input
  const words = { reason: input.reason || undefined, expectedHash: input.expectedHash }
  if (follow === 'retry') return retryInside(tx, actor, recordId, words)
  if (follow === 'accept') return acceptAfter(tx, actor, input)
  return rollBackInside(tx, actor, { recordId, cancelFirst: follow === 'cancel_and_roll_back', ...words })
}

/** What this record wanted counts as placed; its held units stay as they are. */
async function acceptAfter(tx: Tx, actor: Actor, { recordId, reason, expectedHash }: FollowUpInput) {
  const record = await tx.deployRecord.findUnique({ where: { id: recordId }, include: { targets: true } })
  if (!record) throw notFound('This deploy')
  authorize(actor, 'deploy.accept', record, 'This deploy')
  const releaseId = record.toReleaseId ?? record.targets.find((target) => target.toReleaseId)?.toReleaseId
  if (!releaseId) throw new AppError('conflict', 'This deploy brought no release that could be accepted.', { reason: 'no_release' })
  return requestInside(tx, actor, { stageId: record.stageId, kind: 'accept', releaseId, reason: reason || undefined, expectedHash })
}
