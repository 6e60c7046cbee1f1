import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { approvalsStanding } from './approvals-standing'
import { whenOpen } from './change-window'
import { decidedBy } from './decided-by'
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
    const lifted = await whenOpen(tx, record)
    refuse(whyNotOverride(actor, record, lifted !== null))
    const plan = await tx.plan.findUniqueOrThrow({ where: { id: record.planId ?? '' } })
    if (plan.hash !== planHash)
      throw new AppError('plan_changed', 'The plan changed since you opened it.', { expected: planHash, actual: plan.hash })
    const standing = await approvalsStanding(tx, record)
    await tx.approval.create({ data: { ...decidedBy(actor), recordId, planHash, decision: 'override', reason } })
    await writeEvent(tx, actor, {
      name: 'deploy.approval_overridden',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
      data: { planHash, reason, ...standing, ...(lifted ? { opensAt: lifted.toISOString() } : {}) },
    })
    await queued(tx, actor, await moveDeploy(tx, actor, record, 'override'))
  })
}
