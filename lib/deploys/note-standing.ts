import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'

/** What ran without a person names the policy that let it, and its version; where none was set, the platform's default did. */
export async function noteStanding(tx: Tx, record: DeployRecord): Promise<void> {
  const { id: recordId, serviceId, requesterId, rollbackOfId, approvalsNeeded, planId } = record
  if (requesterId !== null || rollbackOfId !== null || serviceId === null || approvalsNeeded > 0) return
  const standing = await tx.standingPolicy.findUnique({ where: { serviceId }, select: { version: true } })
  const plan = standing && (await tx.plan.findUnique({ where: { id: planId ?? '' }, select: { hash: true } }))
  if (!plan) return
  const entry = { recordId, planHash: plan.hash, policy: `standing:${standing.version}` }
  // Planned anew to the same, it is the same entry.
  if ((await tx.approval.count({ where: entry })) === 0)
    await tx.approval.create({ data: { ...entry, decision: 'approve', at: clock.now() } })
}
