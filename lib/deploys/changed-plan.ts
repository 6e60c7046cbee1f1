import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { isUnstarted } from './deploy-lifecycle'
import { planChange } from './plan-change'
import type { PlanChange } from './plan-views'
import type { ApprovalView } from './views'

/** What changed since somebody signed another plan of this record or, before the start, since it was asked for. */
export async function changedPlan(record: DeployRecord, decisions: readonly ApprovalView[]): Promise<PlanChange | null> {
  const voided = decisions.filter((decision) => decision.standing === 'void').at(-1)
  if (voided) return planChange(db, record, voided.planHash)
  if (!record.planId || !isUnstarted(record.state)) return null
  const first = await db.plan.findFirst({ where: { recordId: record.id }, orderBy: { createdAt: 'asc' }, select: { id: true, hash: true } })
  return first && first.id !== record.planId ? planChange(db, record, first.hash) : null
}
