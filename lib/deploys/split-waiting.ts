import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { type Scope, scopeWhere } from '@/lib/organizations/find-scope'
import { loadRulesOf } from '@/lib/policies/load-rules'
import { countingDecisions } from './approval-policy'
import { whyNotApprove } from './deploy-gate'
import { approveFacts } from './deploy-rows'
import { loadApprovers } from './load-row-facts'

/** Expiry keeps them few. Where they are more, the next come up as the oldest are decided. */
const mostWaiting = 500

/** Records that wait for a person, oldest first, split by whether that may be the reader. */
export async function splitWaiting(actor: Actor, scope: Scope): Promise<{ mine: DeployRecord[]; others: DeployRecord[] }> {
  const records = await db.deployRecord.findMany({
    where: { ...scopeWhere(scope), state: 'awaiting_approval', endedAt: null, partOfId: null },
    orderBy: { number: 'asc' },
    take: mostWaiting,
  })
  const [approvers, plans, given, rulesOf] = await Promise.all([
    loadApprovers(actor, records),
    db.plan.findMany({
      where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
      select: { id: true, hash: true, createdAt: true },
    }),
    db.approval.findMany({
      where: {
        ...{ userId: actor.id, withdrawnAt: null, lostAt: null },
        ...{ recordId: { in: records.map((record) => record.id) }, decision: { in: [...countingDecisions] } },
      },
    }),
    loadRulesOf(db, records),
  ])
  const hashes = new Map(plans.map((plan) => [plan.id, plan.hash]))
  const planTimes = new Map(plans.map((plan) => [plan.id, plan.createdAt]))
  const approvals = groupBy(given, (approval) => approval.recordId)
  const mine = new Set<DeployRecord>()
  for (const record of records) {
    const ofThisPlan = (approvals.get(record.id) ?? []).filter((approval) => approval.planHash === hashes.get(record.planId ?? ''))
    const facts = approveFacts(actor, record, { approvals: ofThisPlan, facts: { approvers, planTimes, rulesOf } })
    if (!whyNotApprove(actor, record, facts)) mine.add(record)
  }
  return { mine: [...mine], others: records.filter((record) => !mine.has(record)) }
}
