import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { refuse, whyNotOverride } from './deploy-gate'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'
import { queued } from './plan-deploy'

export const OverrideApprovalSchema = z.object({ recordId: z.string(), planHash: z.string(), reason: z.string().trim().min(10).max(500) })

/** An emergency: admin or owner lets a plan run without the approvals it lacks. The reason is kept and reviewed after. */
export async function overrideApproval(
  actor: Actor,
  { recordId, planHash, reason }: z.infer<typeof OverrideApprovalSchema>,
): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.override')
    refuse(whyNotOverride(actor, record))
    const plan = await tx.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })
    if (plan.hash !== planHash)
      throw new AppError('plan_changed', 'The plan changed since you opened it.', { expected: planHash, actual: plan.hash })
    await tx.approval.create({ data: { recordId, planHash, userId: actor.id, decision: 'override', reason, at: clock.now() } })
    await queued(tx, actor, await moveDeploy(tx, actor, record, 'override'))
  })
}
