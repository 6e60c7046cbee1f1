import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { lockFor } from './get-record'
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

/** Records that follow another one: tried again, rolled back, or what it left accepted as it is. Each is looked at before it is asked for. */
export async function followUp(actor: Actor, input: FollowUpInput): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await inside(tx, actor, input)
    return { recordId: record.id, number: record.number }
  })
}

export async function previewFollowUp(actor: Actor, input: FollowUpInput): Promise<PlanPreview> {
  return previewOf(actor, (tx) => inside(tx, actor, { ...input, expectedHash: undefined }))
}

function inside(tx: Tx, actor: Actor, input: FollowUpInput): Promise<{ record: DeployRecord; plan: PlanMade }> {
  if (input.follow === 'retry') return retryInside(tx, actor, input)
  if (input.follow === 'accept') return accept(tx, actor, input)
  return rollBackInside(tx, actor, { ...input, cancelFirst: input.follow === 'cancel_and_roll_back' })
}

/** Writes down that what the held units run is what is wanted: the release most of them run. */
async function accept(
  tx: Tx,
  actor: Actor,
  { recordId, reason, expectedHash }: FollowUpInput,
): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { record } = await lockFor(tx, actor, recordId, 'deploy.accept')
  const units = await tx.unit.groupBy({
    by: ['releaseId'],
    where: { stageId: record.stageId, removedAt: null, state: 'running', releaseId: { not: null } },
    _count: true,
  })
  const releaseId = units.sort((a, b) => b._count - a._count)[0]?.releaseId
  if (!releaseId) throw new AppError('conflict', 'No unit runs a release that could be accepted.', { reason: 'no_release' })
  return requestInside(tx, actor, { stageId: record.stageId, kind: 'accept', releaseId, reason, expectedHash })
}
