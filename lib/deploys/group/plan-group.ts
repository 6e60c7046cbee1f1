import { systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Plan } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { approvalsNeeded, countApprovals } from '@/lib/deploys/approvals-standing'
import { isUnstarted } from '@/lib/deploys/deploy-lifecycle'
import { isOutdated } from '@/lib/deploys/is-outdated'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import type { PlanRefused } from '@/lib/deploys/plan/plan-types'
import { planLocked, queued } from '@/lib/deploys/plan-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { type GroupRecord, partsOf } from './parts'
import { sumOf } from './sum-of-plans'

const planner = systemActor('planner')

type Refused = Pick<PlanRefused, 'message' | 'details'> & { readonly ok: false; readonly code: PlanRefused['code'] | 'part_ended' }

/**
 * One plan of all parts, and one hash over them: who approves it has approved each. Parts whose inputs moved on are planned anew.
 * The caller holds their stages and the record, which is in `planning`.
 */
export async function planGroup(tx: Tx, record: GroupRecord): Promise<{ ok: true; plan: Plan } | Refused> {
  for (const part of await partsOf(tx, record.id)) {
    const refused = await planPart(tx, part)
    if (refused) return refused
  }
  const parts = await partsOf(tx, record.id)
  const plans = await tx.plan.findMany({ where: { id: { in: parts.flatMap((part) => part.planId ?? []) } } })
  const planOf = new Map(plans.map((plan) => [plan.recordId, plan]))
  const nameOf = new Map(parts.map((part) => [part.id, part.serviceName]))
  const members = parts.map((part) => ({
    service: part.serviceName,
    after: part.afterIds.map((id) => nameOf.get(id)),
    plan: planOf.get(part.id) as Plan,
  }))
  const frame = { kind: record.kind, subject: { group: record.serviceName }, environment: record.environment }
  const document = { ...frame, members: members.map(({ plan, ...member }) => ({ ...member, document: plan.document })) }
  const expected = { ...frame, members: members.map(({ plan, ...member }) => ({ ...member, hash: plan.expectedHash })) }
  const plan = await tx.plan.create({
    data: {
      recordId: record.id,
      hash: sha256Hex(canonicalJson(document)),
      expectedHash: sha256Hex(canonicalJson(expected)),
      inputsRevision: 0,
      document: json(document),
      ...sumOf(
        members.map((member) => member.plan),
        parts.map((part) => part.serviceId),
      ),
      notes: { placements: [], units: [] },
    },
  })
  await copyTargets(tx, record.id, parts)
  await ready(tx, record, plan)
  return { ok: true, plan }
}

async function planPart(tx: Tx, part: StageRecord): Promise<Refused | undefined> {
  const refuse = (code: Refused['code'], message: string, details = {}): Refused => ({
    ok: false,
    code,
    message: `${part.serviceName}: ${message}`,
    details,
  })
  if (!isUnstarted(part.state)) return refuse('part_ended', 'It can no longer be changed with the others.')
  const stage = await tx.stage.findUniqueOrThrow({ where: { id: part.stageId } })
  if (part.state !== 'planning' && !(await isOutdated(tx, part, stage))) return undefined
  const planning = part.state === 'planning' ? part : await moveDeploy(tx, planner, part, 'inputs_changed')
  const plan = await planLocked(tx, planning, stage)
  return plan.ok ? undefined : refuse(plan.code, plan.message, plan.details)
}

/** What lists and pages sum up stands at the group's own record too. */
async function copyTargets(tx: Tx, recordId: string, parts: readonly StageRecord[]): Promise<void> {
  const targets = await tx.deployTarget.findMany({ where: { recordId: { in: parts.map((part) => part.id) } } })
  await tx.deployTarget.deleteMany({ where: { recordId } })
  await tx.deployTarget.createMany({
    data: targets.map(({ runtimeId, fromCount, toCount }) => ({ recordId, runtimeId, fromCount, toCount })),
  })
}

async function ready(tx: Tx, record: GroupRecord, plan: Plan): Promise<void> {
  const needed = await approvalsNeeded(tx, record)
  const given = await countApprovals(tx, { ...record, planId: plan.id })
  const event = given >= needed ? 'plan_ready_approved' : 'plan_ready'
  const moved = await moveDeploy(tx, planner, record, event, { planId: plan.id, approvalsNeeded: needed })
  if (moved.state === 'queued') await queued(tx, planner, moved)
}
