import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { decidedBy } from './decided-by'
import { refuse, whyNotReject } from './deploy-gate'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'

export const RejectDeploySchema = z.object({
  recordId: z.string(),
  reason: z.string().trim().min(1).max(500),
  /** The plan that was looked at; missing = whatever it is now. */
  planHash: z.string().optional(),
})

/** Says no for good, with a reason that stays. */
export async function rejectDeploy(actor: Actor, { recordId, reason, planHash: seen }: z.infer<typeof RejectDeploySchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.approve')
    refuse(whyNotReject(actor, record))
    const plan = record.planId ? await tx.plan.findUnique({ where: { id: record.planId }, select: { hash: true } }) : null
    const planHash = plan?.hash ?? ''
    if (seen !== undefined && seen !== planHash)
      throw new AppError('plan_changed', 'The plan changed since you opened it.', { expected: seen, actual: planHash })
    await tx.approval.create({ data: { ...decidedBy(actor), recordId, planHash, decision: 'reject', reason } })
    await writeEvent(tx, actor, {
      name: 'deploy.approval_refused',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
      data: { planHash, reason },
    })
    await moveDeploy(tx, actor, record, 'reject', { code: 'rejected', message: reason })
  })
}
