import type { PersonActor } from '@/lib/auth/actor'
import { can, hasRole } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { loadRulesOf } from '@/lib/policies/load-rules'

/** How many records of an organisation wait for this person: may approve, did not ask, has not approved yet. Counts to 99. */
export async function countWaitingFor(actor: PersonActor, organizationId: string): Promise<number> {
  const waiting = await db.deployRecord.findMany({
    where: { organizationId, state: 'awaiting_approval', partOfId: null, OR: [{ requesterId: null }, { requesterId: { not: actor.id } }] },
    select: {
      applicationId: true,
      environment: true,
      approvals: { where: { userId: actor.id, withdrawnAt: null, lostAt: null }, select: { planHash: true } },
      planId: true,
    },
    take: 99,
  })
  const plans = await db.plan.findMany({
    where: { id: { in: waiting.flatMap((record) => record.planId ?? []) } },
    select: { id: true, hash: true },
  })
  const rulesOf = await loadRulesOf(
    db,
    waiting.map(({ environment }) => ({ organizationId, environment })),
  )
  const hashOf = new Map(plans.map((plan) => [plan.id, plan.hash]))
  return waiting.filter(
    ({ applicationId, environment, ...record }) =>
      can(actor, 'deploy.approve', { organizationId, applicationId }) &&
      hasRole(actor, rulesOf({ organizationId, environment }).roles, { organizationId, applicationId }) &&
      !record.approvals.some((approval) => approval.planHash === hashOf.get(record.planId ?? '')),
  ).length
}
