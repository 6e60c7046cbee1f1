import { listMembers } from '@/lib/accounts/list-members'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { can, hasRole } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import type { Environment } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { pace } from '@/lib/pace'
import { loadRules, loadRulesOf } from '@/lib/policies/load-rules'
import { freezeAt, opensAt } from '@/lib/policies/openings'
import type { PolicyInForce } from '@/lib/policies/schema'
import { countingDecisions } from './approval-policy'
import { approvalsNeeded } from './approvals-standing'
import { mayWait } from './change-window'
import { deployKinds, isUnstarted } from './deploy-lifecycle'
import type { ApprovalRule } from './views'

/** How many approvals an environment of an organisation asks for, of people's ordinary requests. */
export async function neededByPolicy(tx: Tx, organizationId: string | null): Promise<Record<Environment, number>> {
  const rulesOf = await loadRulesOf(tx, [{ organizationId, environment: 'test' }])
  const asked = (environment: Environment) => rulesOf({ organizationId, environment }).approvals
  return { test: asked('test'), production: asked('production') }
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
  const rulesOf = await loadRulesOf(tx, records)
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
  const found = new Map<string, ApprovalRule>()
  for (const record of records) {
    const plan = plans.find((one) => one.id === record.planId)
    const standing = (byRecord.get(record.id) ?? []).filter((approval) => approval.planHash === plan?.hash)
    const rules = rulesOf(record)
    const needed = await neededFor(tx, record, rules)
    found.set(record.id, ruleOf(actor, record, { needed, rules, approvers, standing, plannedAt: plan?.createdAt }))
  }
  return found
}

/** Automation and what rolls back by itself have rules of their own. */
const isOrdinary = (record: DeployRecord): boolean => !record.rollbackOfId && !deployKinds[record.kind].automation

/** What has ended keeps the number it was decided by. */
async function neededFor(tx: Tx, record: DeployRecord, rules: PolicyInForce): Promise<number> {
  if (!isUnstarted(record.state)) return record.approvalsNeeded
  return isOrdinary(record) ? rules.approvals : approvalsNeeded(tx, record)
}

interface RuleFacts {
  readonly needed: number
  readonly rules: PolicyInForce
  readonly approvers: readonly PersonActor[]
  readonly standing: readonly Approval[]
  readonly plannedAt: Date | undefined
}

function ruleOf(actor: Actor, record: DeployRecord, { needed, rules, approvers, standing, plannedAt }: RuleFacts): ApprovalRule {
  const others = othersWhoMay(actor, record, approvers)
  const isOverridden = standing.some((approval) => approval.decision === 'override')
  const given = new Set(standing.flatMap((approval) => approval.userId ?? [])).size
  // By the platform's floor, not by the policy: who narrows it down to themselves alone does not approve their own.
  const isAlone = needed > 0 && record.requesterId !== null && others.length === 0
  const isOpen = isUnstarted(record.state) && !isOverridden && mayWait(record)
  return {
    given: isOverridden ? needed : Math.min(needed, given),
    needed,
    mayApprove: byPolicy(others, rules, record).map(nameOf),
    none: needed === 0,
    secondConfirmationAt: isAlone && plannedAt ? new Date(plannedAt.getTime() + pace('secondConfirmation')).toISOString() : null,
    ...ofRules(rules, isOpen),
  }
}

function ofRules(rules: PolicyInForce, mayBeShut: boolean): Pick<ApprovalRule, 'roles' | 'version' | 'shut'> {
  const now = clock.now()
  const at = mayBeShut ? opensAt(rules, now) : null
  return {
    roles: rules.roles,
    version: rules.version,
    shut: at && { opensAt: at.toISOString(), freeze: freezeAt(rules, now.getTime())?.reason ?? null },
  }
}

type Asked = Pick<DeployRecord, 'organizationId' | 'applicationId' | 'requesterId'>

const nameOf = ({ id, name }: PersonActor) => ({ id, name, kind: 'person' as const })

/** Those who may approve at all, the reader first. Who asked is never among them. */
function othersWhoMay(actor: Actor, record: Asked, approvers: readonly PersonActor[]): PersonActor[] {
  return approvers
    .filter((person) => person.id !== record.requesterId && can(person, 'deploy.approve', record))
    .sort((a, b) => Number(b.id === actor.id) - Number(a.id === actor.id) || a.name.localeCompare(b.name))
}

/** Those of them whose approval counts. */
const byPolicy = (people: readonly PersonActor[], { roles }: PolicyInForce, record: Asked): PersonActor[] =>
  people.filter((person) => hasRole(person, roles, record))

interface Wish {
  readonly organizationId: string
  readonly applicationId: string
  readonly environment: Environment
}

/** Who would have to say yes if this actor asked for a change there now. */
export async function approvalFor(actor: Actor, wish: Wish): Promise<ApprovalRule> {
  const rules = await loadRules(db, wish)
  const approvers = await listMembers(wish.organizationId, { roles: ['admin', 'owner'] })
  const asked = { ...wish, requesterId: actor.id }
  return {
    given: 0,
    needed: rules.approvals,
    mayApprove: byPolicy(othersWhoMay(actor, asked, approvers), rules, asked).map(nameOf),
    none: rules.approvals === 0,
    secondConfirmationAt: null,
    ...ofRules(rules, true),
  }
}
