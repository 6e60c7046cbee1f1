import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { insistFresh } from '@/lib/auth/fresh'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { lockFor } from './get-record'
import { previewOf, type ShownPlan } from './preview-deploy'
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
type Opened = { record: DeployRecord; plan: ShownPlan }

/** What a record may be followed by, as a record of its own with its own plan. */
export async function requestFollowUp(actor: Actor, input: FollowUpInput): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await followInside(tx, actor, input)
    if (input.follow === 'retry' && record.kind === 'remove') insistFresh(actor, 'service.remove')
    return { recordId: record.id, number: record.number }
  })
}

export async function previewFollowUp(actor: Actor, input: Pick<FollowUpInput, 'recordId' | 'follow'>): Promise<PlanPreview> {
  return previewOf(actor, (tx) => followInside(tx, actor, { recordId: input.recordId, follow: input.follow }))
}

function followInside(tx: Tx, actor: Actor, input: FollowUpInput): Promise<Opened> {
  const ask = { ...input, reason: input.reason || undefined }
  if (input.follow === 'retry') return retryInside(tx, actor, ask)
  if (input.follow === 'accept') return acceptWhatRuns(tx, actor, ask)
  return rollBackInside(tx, actor, { ...ask, cancelFirst: input.follow === 'cancel_and_roll_back' })
}

const nothingToAccept = new AppError('conflict', 'No unit runs a release that could be accepted.', { reason: 'no_release' })

/** Writes down that what the units run is what is wanted: the release most of them run. */
async function acceptWhatRuns(tx: Tx, actor: Actor, { recordId, reason, expectedHash }: FollowUpInput): Promise<Opened> {
  const { stage } = await lockFor(tx, actor, recordId, 'deploy.accept')
  if (!stage) throw nothingToAccept
  const units = await tx.unit.groupBy({
    by: ['releaseId'],
    where: { stageId: stage.id, removedAt: null, state: 'running', releaseId: { not: null } },
    _count: true,
  })
  const releaseId = units.sort((a, b) => b._count - a._count)[0]?.releaseId
  if (!releaseId) throw nothingToAccept
  return requestInside(tx, actor, { stageId: stage.id, kind: 'accept', releaseId, reason, expectedHash })
}
