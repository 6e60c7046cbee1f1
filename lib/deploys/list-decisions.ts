import { type NameOf, namePeople } from '@/lib/accounts/name-people'
import { db } from '@/lib/db/client'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import type { ApprovalView } from './views'

type Decided = Pick<DeployRecord, 'id' | 'planId'>

/** Whether a decision still means something: withdrawn and lost never revive, and another plan makes it void. */
function standingOf(approval: Approval, hash: string | undefined): ApprovalView['standing'] {
  if (approval.withdrawnAt) return 'withdrawn'
  if (approval.lostAt) return 'lost'
  // A rejection ends the record: it was about the plan that it names, whatever that is.
  return approval.decision === 'reject' || approval.planHash === hash ? 'counts' : 'void'
}

const reviewOf = ({ reviewedAt, reviewedBy, reviewNote }: Approval, nameOf: NameOf): ApprovalView['review'] =>
  reviewedAt ? { by: nameOf(reviewedBy), at: iso(reviewedAt), note: reviewNote ?? '' } : null

/** Every decision about these records, oldest first, with what it is worth now. */
export async function listDecisions(
  records: readonly Decided[],
  { showsAddresses = false }: { showsAddresses?: boolean } = {},
): Promise<Map<string, ApprovalView[]>> {
  const approvals = await db.approval.findMany({
    where: { recordId: { in: records.map((record) => record.id) } },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
  if (approvals.length === 0) return new Map()
  const plans = await db.plan.findMany({
    where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
    select: { recordId: true, hash: true },
  })
  const hashes = new Map(plans.map((plan) => [plan.recordId, plan.hash]))
  const nameOf = await namePeople(approvals.flatMap((approval) => [approval.userId, approval.reviewedBy]))
  const views = groupBy(approvals, (approval) => approval.recordId)
  return new Map(
    [...views].map(([recordId, mine]) => [
      recordId,
      mine.map((approval) => ({
        id: approval.id,
        person: approval.userId ? nameOf(approval.userId) : null,
        policy: approval.policy,
        decision: approval.decision as ApprovalView['decision'],
        planHash: approval.planHash,
        reason: approval.reason,
        at: iso(approval.at),
        standing: standingOf(approval, hashes.get(recordId)),
        lostReason: approval.lostReason,
        address: showsAddresses ? approval.address : null,
        review: reviewOf(approval, nameOf),
      })),
    ]),
  )
}
