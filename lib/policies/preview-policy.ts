import type { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { authorize, can, hasRole } from '@/lib/auth/authorize'
import { gateOf } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import { countingDecisions } from '@/lib/deploys/approval-policy'
import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { groupBy } from '@/lib/group-by'
import { findScope } from '@/lib/organizations/find-scope'
import { loadRules } from './load-rules'
import { opensAt } from './openings'
import { whyNotAsk } from './policy-gate'
import type { PolicyRules } from './schema'
import { countAble, type PolicyAskSchema } from './set-policy'
import type { PolicyPreview, Stands } from './views'

/** What these rules would change for records that have not started, before anybody sets them. */
export async function previewPolicy(
  actor: Actor,
  { organization: slug, environment, rules }: z.infer<typeof PolicyAskSchema>,
): Promise<PolicyPreview> {
  const { organization } = await findScope(actor, { organization: slug })
  const organizationId = organization.id
  authorize(actor, 'organization.manage', { organizationId }, 'This organisation')
  const before = await loadRules(db, { organizationId, environment })
  const records = await db.deployRecord.findMany({
    where: { organizationId, environment, state: { in: ['awaiting_approval', 'queued'] }, partOfId: null, requesterId: { not: null } },
    orderBy: { number: 'asc' },
  })
  const given = groupBy(await standingApprovals(records), (approval) => approval.recordId)
  const people = await listMembers(organizationId, { roles: ['admin', 'owner'] })
  const rows = await deployRows(actor, records)
  const changes = records.flatMap((record): PolicyPreview['changes'] => {
    const facts = { record, people, approvals: given.get(record.id) ?? [] }
    const [from, to] = [standsBy(before, facts), standsBy(rules, facts)]
    const title = rows.find((row) => row.id === record.id)?.title
    return title && !isSame(from, to) ? [{ id: record.id, number: record.number, title, from, to }] : []
  })
  const able = await countAble(db, organizationId, rules)
  return {
    changes,
    unchanged: records.length - changes.length,
    able,
    isTight: rules.approvals > 0 && able <= rules.approvals,
    gate: gateOf(whyNotAsk(rules, { environment, able })),
  }
}

const isSame = (a: Stands, b: Stands): boolean => JSON.stringify(a) === JSON.stringify(b)

async function standingApprovals(records: readonly DeployRecord[]): Promise<Approval[]> {
  const plans = await db.plan.findMany({
    where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
    select: { recordId: true, hash: true },
  })
  const hashes = new Map(plans.map((plan) => [plan.recordId, plan.hash]))
  const found = await db.approval.findMany({
    where: {
      recordId: { in: records.map((record) => record.id) },
      decision: { in: [...countingDecisions] },
      withdrawnAt: null,
      lostAt: null,
    },
  })
  return found.filter((approval) => approval.planHash === hashes.get(approval.recordId))
}

interface Facts {
  readonly record: DeployRecord
  readonly people: readonly PersonActor[]
  readonly approvals: readonly Approval[]
}

/** The same questions that the engine asks at the start, of rules that need not be in force. */
function standsBy(rules: PolicyRules, { record, people, approvals }: Facts): Stands {
  if (approvals.some((approval) => approval.decision === 'override')) return { kind: 'goes' }
  const counts = ({ userId, decision }: Approval): boolean => {
    const giver = people.find((person) => person.id === userId)
    if (!giver || !can(giver, 'deploy.approve', record)) return false
    return decision === 'second_confirmation' || hasRole(giver, rules.roles, record)
  }
  const missing = rules.approvals - new Set(approvals.filter(counts).map((approval) => approval.userId)).size
  if (missing > 0 && !deployKinds[record.kind].automation) return { kind: 'asks', missing }
  const at = opensAt(rules, clock.now())
  return at ? { kind: 'waits', opensAt: at.toISOString() } : { kind: 'goes' }
}
