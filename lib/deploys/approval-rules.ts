import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { db, type Tx } from '@/lib/db/client'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { pace } from '@/lib/pace'
import { approvalFloor, countingDecisions } from './approval-policy'
import { approvalsNeeded } from './approvals-standing'
import { deployKinds, isUnstarted } from './deploy-lifecycle'
import type { ApprovalRule } from './views'

/** How many approvals an environment of an organisation asks for, of people's ordinary requests. */
export async function neededByPolicy(tx: Tx, organizationId: string | null): Promise<Record<Environment, number>> {
  // What operators do to the platform itself nobody stands above.
  if (organizationId === null) return { test: 0, production: 0 }
  const policies = await tx.approvalPolicy.findMany({ where: { organizationId } })
  const asked = (environment: Environment) => policies.find((policy) => policy.environment === environment)?.approvals ?? 0
  return {
    test: Math.max(approvalFloor.test, asked('test')),
    production: Math.max(approvalFloor.production, asked('production')),
  }
}

/** Who has to say yes to each of these records of one organisation: how many, how many count, and whose would. */
export async function approvalRules(
  actor: Actor,
  records: readonly DeployRecord[],
  { tx = db }: { tx?: Tx } = {},
): Promise<Map<string, ApprovalRule>> {
  const [first] = records
  if (!first) return new Map()
  const { organizationId } = first
  // One after the other: inside a transaction they share a connection.
  const policy = await neededByPolicy(tx, organizationId)
  const approvers = organizationId === null ? [] : await listMembers(organizationId, { roles: ['admin', 'owner'], tx })
  const plans = await tx.plan.findMany({
    where: { id: { in: records.flatMap((record) => record.planId ?? []) } },
    select: { id: true, hash: true, createdAt: true },
  })
  const approvals = await tx.approval.findMany({
    where: {
      recordId: { in: records.map((record) => record.id) },
      decision: { in: [...countingDecisions] },
      withdrawnAt: null,
      lostAt: null,
    },
  })
  const byRecord = groupBy(approvals, (approval) => approval.recordId)
  const rules = new Map<string, ApprovalRule>()
  for (const record of records) {
    const plan = plans.find((one) => one.id === record.planId)
    const standing = (byRecord.get(record.id) ?? []).filter((approval) => approval.planHash === plan?.hash)
    rules.set(
      record.id,
      ruleOf(actor, record, { needed: await neededFor(tx, record, policy), approvers, standing, plannedAt: plan?.createdAt }),
    )
  }
  return rules
}

/** What has ended keeps the number it was decided by; rollbacks and automation have rules of their own. */
async function neededFor(tx: Tx, record: DeployRecord, policy: Record<Environment, number>): Promise<number> {
  if (!isUnstarted(record.state)) return record.approvalsNeeded
  if (record.rollbackOfId || deployKinds[record.kind].automation) return approvalsNeeded(tx, record)
  return policy[record.environment]
}

interface RuleFacts {
  readonly needed: number
  readonly approvers: readonly PersonActor[]
  readonly standing: readonly Approval[]
  readonly plannedAt: Date | undefined
}

function ruleOf(actor: Actor, record: DeployRecord, { needed, approvers, standing, plannedAt }: RuleFacts): ApprovalRule {
  const people = othersWhoMay(actor, record, approvers)
  const isOverridden = standing.some((approval) => approval.decision === 'override')
  const given = new Set(standing.map((approval) => approval.userId ?? approval.policy)).size
  const isAlone = needed > 0 && record.requesterId !== null && people.length === 0
  return {
    given: isOverridden ? needed : Math.min(needed, given),
    needed,
    mayApprove: people,
    none: needed === 0,
    secondConfirmationAt: isAlone && plannedAt ? new Date(plannedAt.getTime() + pace('secondConfirmation')).toISOString() : null,
  }
}

type Asked = Pick<DeployRecord, 'organizationId' | 'applicationId' | 'requesterId'>

/** Those whose approval would count, the reader first. Who asked is never among them. */
export function othersWhoMay(actor: Actor, record: Asked, approvers: readonly PersonActor[]): ApprovalRule['mayApprove'] {
  return approvers
    .filter((person) => person.id !== record.requesterId && can(person, 'deploy.approve', record))
    .map((person) => ({ id: person.id, name: person.name, kind: 'person' as const }))
    .sort((a, b) => Number(b.id === actor.id) - Number(a.id === actor.id) || a.name.localeCompare(b.name))
}

interface Wish {
  readonly organizationId: string
  readonly applicationId: string
  readonly environment: Environment
}

/** Who would have to say yes if this actor asked for a change there now. */
export async function approvalFor(actor: Actor, { environment, ...place }: Wish): Promise<ApprovalRule> {
  const needed = (await neededByPolicy(db, place.organizationId))[environment]
  const approvers = await listMembers(place.organizationId, { roles: ['admin', 'owner'] })
  const mayApprove = othersWhoMay(actor, { ...place, requesterId: actor.id }, approvers)
  return { given: 0, needed, mayApprove, none: needed === 0, secondConfirmationAt: null }
}
