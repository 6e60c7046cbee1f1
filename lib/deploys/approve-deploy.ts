import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { loadRules } from '@/lib/policies/load-rules'
import { approvalsStanding, loseApprovals } from './approvals-standing'
import { decidedBy } from './decided-by'
import { refuse, whyNotApprove } from './deploy-gate'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'
import { planChange } from './plan-change'
import { queued } from './plan-deploy'
import { secondConfirmationAt } from './second-confirmation'

export const ApproveDeploySchema = z.object({ recordId: z.string(), planHash: z.string(), reason: z.string().trim().max(500).optional() })
export type ApproveDeployInput = z.infer<typeof ApproveDeploySchema>

/** Signs exactly the hash the approver saw. The last approval needed queues the record; two at once count once each. */
export async function approveDeploy(actor: Actor, { recordId, planHash, reason }: ApproveDeployInput): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.approve')
    const plan = record.planId ? await tx.plan.findUnique({ where: { id: record.planId } }) : null
    if (plan && plan.hash !== planHash) {
      throw new AppError('plan_changed', 'The plan changed since you opened it. Look at the difference and decide anew.', {
        expected: planHash,
        actual: plan.hash,
        change: await planChange(tx, record, planHash),
      })
    }
    const mine = await tx.approval.count({
      where: {
        recordId,
        userId: actor.id,
        planHash,
        decision: { in: ['approve', 'second_confirmation'] },
        withdrawnAt: null,
        lostAt: null,
      },
    })
    const second = await secondConfirmationAt(tx, record)
    const { roles } = await loadRules(tx, record)
    refuse(whyNotApprove(actor, record, { alreadyApproved: mine > 0, secondConfirmationAt: second, roles, now: clock.now() }))
    const decision = record.requesterId === actor.id ? 'second_confirmation' : 'approve'
    await tx.approval.create({ data: { ...decidedBy(actor), recordId, planHash, decision, reason } })
    const { given, needed } = await approvalsStanding(tx, record, await loseApprovals(tx, record))
    await writeEvent(tx, actor, {
      name: 'deploy.approval_given',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
      data: { planHash, decision, given: Math.min(given, needed), needed },
    })
    if (given < needed) return
    await queued(tx, actor, await moveDeploy(tx, actor, record, 'approve', { approvalsNeeded: needed }))
  })
}
