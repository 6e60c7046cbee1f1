import { z } from 'zod'
import { loadActor } from '@/lib/accounts/load-actor'
import { can, hasRole } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Approval, DeployRecord } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'
import { loadRules } from '@/lib/policies/load-rules'
import type { ApproverRole } from '@/lib/policies/schema'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { approvalFloor, countingDecisions, standingDefault } from './approval-policy'
import { deployKinds } from './deploy-lifecycle'
import type { PlanMade } from './plan/plan-types'

/** How many approvals this record needs now. Policy may have changed since it was asked, so every step asks again. */
export async function approvalsNeeded(tx: Tx, record: DeployRecord): Promise<number> {
  if (record.rollbackOfId && (await isCovered(tx, record))) return 0
  if (deployKinds[record.kind].automation && !record.requesterId)
    return (await runsAlone(tx, record)) ? 0 : Math.max(1, approvalFloor[record.environment])
  return (await loadRules(tx, record)).approvals
}

/** `onFailure: roll_back` was approved with the plan that failed, so its rollback runs under that approval. */
async function isCovered(tx: Tx, record: DeployRecord): Promise<boolean> {
  if (record.requesterId) return false
  const failed = await tx.deployRecord.findUnique({ where: { id: record.rollbackOfId ?? '' }, select: { onFailure: true, state: true } })
  return failed?.onFailure === 'roll_back' && failed.state === 'failed'
}

async function runsAlone(tx: Tx, record: DeployRecord): Promise<boolean> {
  const policy = await tx.standingPolicy.findUnique({ where: { serviceId: record.serviceId ?? '' } })
  if (!policy) return runsByDefault(tx, record)
  const touched = await tx.task.groupBy({ by: ['unitName'], where: { recordId: record.id, unitName: { not: null } } })
  return (policy.kinds as string[]).includes(record.kind) && touched.length <= policy.maxUnits
}

/** Without a policy of its own: failover only of units without data or whose package wants it automatic, migrate only in drains (5-model 3). */
async function runsByDefault(tx: Tx, record: DeployRecord): Promise<boolean> {
  if (record.kind === 'migrate') return (record.cause as { code?: string } | null)?.code === 'machine_drained'
  if (record.kind === 'repair' && !(await isStillSigned(tx, record))) return false
  return standingDefault.includes(record.kind) && !(record.kind === 'failover' && (await movesData(tx, record)))
}

/** What a cluster was spared while it did not answer was approved then: for so long, and only with the same content. */
async function isStillSigned(tx: Tx, { id }: DeployRecord): Promise<boolean> {
  const tasks = await tx.task.findMany({
    where: { recordId: id, expect: { path: ['kind'], equals: 'workload' } },
    select: { targetId: true, contentDigest: true },
  })
  if (tasks.length === 0) return true
  const targets = await tx.deployTarget.findMany({ where: { id: { in: tasks.map((task) => task.targetId) } } })
  for (const { placementId, id: targetId } of targets) {
    const putOff = await tx.deployTarget.findFirst({
      where: { placementId, outcome: 'deferred', record: { endedAt: { gt: new Date(clock.nowMs() - pace('undecided')) } } },
      orderBy: { record: { endedAt: 'desc' } },
      select: { id: true },
    })
    const signed = putOff && (await tx.task.findFirst({ where: { targetId: putOff.id }, select: { contentDigest: true } }))
    const now = tasks.find((task) => task.targetId === targetId)
    if (!signed || signed.contentDigest !== now?.contentDigest) return false
  }
  return true
}

async function movesData(tx: Tx, record: DeployRecord): Promise<boolean> {
  const service = await tx.service.findUniqueOrThrow({ where: { id: record.serviceId ?? '' }, select: { component: true } })
  const releases = await tx.release.findMany({
    where: { OR: [{ id: record.fromReleaseId ?? '' }, { id: { in: await releasesOfUnits(tx, record) } }] },
    select: { packageVersion: { select: { manifest: true } } },
  })
  return releases.some((release) => {
    const manifest = PackageManifest.parse(release.packageVersion.manifest)
    return manifest.components.some(
      (component) => component.name === service.component && component.data.length > 0 && component.failover === 'manual',
    )
  })
}

async function releasesOfUnits(tx: Tx, record: DeployRecord): Promise<string[]> {
  const tasks = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const unitIds = tasks.flatMap((task) => task.unitId ?? [])
  const units = await tx.unit.findMany({ where: { id: { in: unitIds } }, select: { releaseId: true } })
  return units.flatMap((unit) => unit.releaseId ?? [])
}

const counting = [...countingDecisions]

/** Approvals of the record's present hash that were neither withdrawn nor lost. An override counts as all that are needed. */
export async function countApprovals(tx: Tx, record: DeployRecord, known?: readonly Approval[]): Promise<number> {
  const standing = known ?? (await standingApprovals(tx, record))
  if (standing.some((approval) => approval.decision === 'override')) return Number.MAX_SAFE_INTEGER
  // That a standing policy let it run says who did, and counts for nobody once the policy lets it no more.
  return new Set(standing.flatMap((approval) => approval.userId ?? [])).size
}

export const isOverridden = async (tx: Tx, record: DeployRecord): Promise<boolean> =>
  (await standingApprovals(tx, record)).some((approval) => approval.decision === 'override')

async function standingApprovals(tx: Tx, record: DeployRecord): Promise<Approval[]> {
  const plan = record.planId ? await tx.plan.findUnique({ where: { id: record.planId }, select: { hash: true } }) : null
  if (!plan) return []
  return tx.approval.findMany({
    where: { recordId: record.id, planHash: plan.hash, decision: { in: counting }, withdrawnAt: null, lostAt: null },
  })
}

/** `known` are those that stand, where they have just been looked at. */
export async function approvalsStanding(
  tx: Tx,
  record: DeployRecord,
  known?: readonly Approval[],
): Promise<{ given: number; needed: number }> {
  return { given: await countApprovals(tx, record, known), needed: await approvalsNeeded(tx, record) }
}

/** An approval counts only while its giver may give it; a lost one stays visible and never revives. Resolves with those that still stand. */
export async function loseApprovals(tx: Tx, record: DeployRecord): Promise<Approval[]> {
  const found = await standingApprovals(tx, record)
  if (found.length === 0) return found
  const { roles } = await loadRules(tx, record)
  const standing: Approval[] = []
  for (const approval of found) {
    const reason = approval.userId ? await whyLost(tx, { record, approval, roles }) : undefined
    if (reason) await tx.approval.update({ where: { id: approval.id }, data: { lostAt: clock.now(), lostReason: reason } })
    else standing.push(approval)
  }
  return standing
}

interface Given {
  readonly record: DeployRecord
  readonly approval: Approval
  readonly roles: readonly ApproverRole[]
}

async function whyLost(tx: Tx, { record, approval, roles }: Given): Promise<string | undefined> {
  const giver = await loadActor(approval.userId as string, tx)
  if (!giver) return 'blocked'
  const permission = approval.decision === 'override' ? 'deploy.override' : 'deploy.approve'
  if (!can(giver, permission, record)) return 'role'
  if (approval.decision === 'approve' && approval.userId === record.requesterId) return 'requester'
  if (approval.decision === 'approve' && !hasRole(giver, roles, record)) return 'policy'
  return undefined
}

/**
 * A retry keeps the approvals of the record it retries: for 24 hours, while nothing else of the stage started, and only if
 * it does no more than what was signed.
 */
export async function carryApprovals(tx: Tx, record: DeployRecord, plan: PlanMade): Promise<void> {
  const original = await tx.deployRecord.findUnique({ where: { id: record.retryOfId ?? '' } })
  if (!original?.planId || !original.startedAt) return
  const later = await tx.deployRecord.count({
    where: { stageId: record.stageId, id: { notIn: [record.id, original.id] }, startedAt: { gt: original.startedAt } },
  })
  const signed = await tx.plan.findUniqueOrThrow({ where: { id: original.planId } })
  if (later > 0 || !doesNoMore(SignedSchema.parse(signed.document), SignedSchema.parse(plan.document))) return
  const since = new Date(clock.nowMs() - pace('carryOver'))
  const approvals = await tx.approval.findMany({
    where: { recordId: original.id, planHash: signed.hash, decision: { in: counting }, withdrawnAt: null, lostAt: null, at: { gt: since } },
  })
  for (const { id, recordId: _recordId, ...approval } of approvals) {
    const known = await tx.approval.count({ where: { recordId: record.id, carriedFromId: id } })
    if (known === 0) await tx.approval.create({ data: { ...approval, recordId: record.id, planHash: plan.hash, carriedFromId: id } })
    else await tx.approval.updateMany({ where: { recordId: record.id, carriedFromId: id }, data: { planHash: plan.hash } })
  }
}

/** What of a signed document says how much it may do. */
export const SignedSchema = z.object({
  tasks: z.array(z.object({ verb: z.string(), unit: z.string().nullable(), content: z.string().nullable() })),
  gates: z.unknown(),
  onFailure: z.string(),
  effects: z.object({ remove: z.array(z.string()) }),
})
type Signed = z.infer<typeof SignedSchema>

export function doesNoMore(signed: Signed, now: Signed): boolean {
  const keys = new Set(signed.tasks.map((task) => JSON.stringify([task.verb, task.unit, task.content])))
  // Fetching a package changes nothing; a unit in error goes the whole way and fetches where the first try did not.
  const subset = now.tasks
    .filter((task) => task.verb !== 'fetch')
    .every((task) => keys.has(JSON.stringify([task.verb, task.unit, task.content])))
  const removes = new Set(signed.effects.remove)
  const sameRules = JSON.stringify(signed.gates) === JSON.stringify(now.gates) && signed.onFailure === now.onFailure
  return subset && sameRules && now.effects.remove.every((unit) => removes.has(unit))
}
