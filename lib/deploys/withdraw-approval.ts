import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { approvalsStanding } from './approvals-standing'
import { isUnstarted } from './deploy-lifecycle'
import { lockFor } from './get-record'
import { moveDeploy } from './move-deploy'

export const WithdrawApprovalSchema = z.object({ recordId: z.string() })

/** Takes one's own approval back while nothing has started. */
export async function withdrawApproval(actor: Actor, { recordId }: z.infer<typeof WithdrawApprovalSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockFor(tx, actor, recordId, 'deploy.approve')
    if (!isUnstarted(record.state)) throw new AppError('conflict', 'The deploy has started; cancel it instead.', { reason: 'wrong_state' })
    const { count } = await tx.approval.updateMany({
      where: { recordId, userId: actor.id, decision: { not: 'reject' }, withdrawnAt: null, lostAt: null },
      data: { withdrawnAt: clock.now() },
    })
    if (count === 0) throw new AppError('conflict', 'You have no approval here to take back.', { reason: 'no_approval' })
    await writeEvent(tx, actor, {
      name: 'deploy.approval_withdrawn',
      organizationId: record.organizationId,
      subject: { kind: 'deploy', id: recordId },
    })
    const { given, needed } = await approvalsStanding(tx, record)
    if (record.state === 'queued' && given < needed) await moveDeploy(tx, actor, record, 'withdraw_approval')
  })
}
