import { type Actor, systemActor } from '@/lib/auth/actor'
import { writeBlobTexts } from '@/lib/catalog/blobs'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { newId } from '@/lib/ids'
import { enqueue } from '@/lib/queue/outbox'
import { approvalsNeeded, carryApprovals, countApprovals } from './approvals-standing'
import { deployKinds } from './deploy-lifecycle'
import { DeployRequestSchema } from './deploy-request'
import { isSignedPart } from './group/signed-part'
import { isServiceGone, isVersionWithdrawn } from './is-outdated'
import { moveDeploy } from './move-deploy'
import { noteStanding } from './note-standing'
import { loadPlanInput } from './plan/load-plan-input'
import { lockPools } from './plan/lock-pools'
import { makePlan } from './plan/make-plan'
import type { PlanMade, PlanRefused } from './plan/plan-types'
import { isForLater, noSooner } from './schedule'
import { isOfStage, type StageRecord } from './stage-record'
import { supersedeOlder } from './supersede-older'

const planner = systemActor('planner')

/** The caller holds stage and record. A refusal changes nothing; a plan is stored with its tasks and reservations, and moves the record on. */
export async function planLocked(tx: Tx, record: StageRecord, stage: Stage): Promise<PlanMade | PlanRefused> {
  if (await isServiceGone(tx, record)) return gone
  if (await isVersionWithdrawn(tx, record)) return suspended
  if (!deployKinds[record.kind].tells) await lockPools(tx, stage.id)
  await forgetPlan(tx, record)
  const { input, plannedAfterId } = await loadPlanInput(tx, {
    stage,
    kind: record.kind,
    request: DeployRequestSchema.parse(record.request),
    onFailure: record.onFailure === 'roll_back' ? 'roll_back' : 'stop',
    isAsked: record.requesterId !== null,
    recordId: record.id,
    behindId: record.rollbackOfId,
    queuedAt: record.queuedAt,
    startsAt: noSooner(record, clock.now()),
  })
  const plan = makePlan(input)
  if (plan.ok) await ready(tx, { ...record, plannedAfterId }, stage, plan)
  return plan
}

const gone: PlanRefused = { ok: false, code: 'service_removed', message: 'The service has been removed.', details: {} }

const suspended: PlanRefused = {
  ok: false,
  code: 'package_suspended',
  message: 'This package version was suspended: no new installs or upgrades.',
  details: {},
}

/** A plan made before this one held tasks and reservations; planning anew starts clean. The old plan stays for the comparison. */
async function forgetPlan(tx: Tx, record: DeployRecord): Promise<void> {
  await tx.task.deleteMany({ where: { recordId: record.id } })
  await tx.deployTarget.deleteMany({ where: { recordId: record.id } })
  await tx.machinePort.deleteMany({ where: { recordId: record.id } })
  await tx.reservation.deleteMany({ where: { recordId: record.id } })
}

async function ready(tx: Tx, record: StageRecord, stage: Stage, plan: PlanMade): Promise<void> {
  const row = await tx.plan.create({
    data: {
      recordId: record.id,
      hash: plan.hash,
      expectedHash: plan.expectedHash,
      inputsRevision: stage.inputsRevision,
      summary: json(plan.summary),
      document: json(plan.document),
      diff: json(plan.diff),
      notes: json(plan.notes),
    },
  })
  await writeBlobTexts(tx, plan.contents, 'application/json')
  await storeTasks(tx, record, stage, plan)
  await reserve(tx, record, plan)
  const data = { planId: row.id, inputsRevision: stage.inputsRevision, plannedAfterId: record.plannedAfterId }
  if (record.partOfId) return partReady(tx, { record, plan, data })
  const needed = await approvalsNeeded(tx, record)
  if (record.retryOfId) await carryApprovals(tx, record, plan)
  const given = await countApprovals(tx, { ...record, planId: row.id })
  const moved = await moveDeploy(tx, planner, record, given >= needed ? 'plan_ready_approved' : 'plan_ready', {
    ...data,
    approvalsNeeded: needed,
  })
  await noteStanding(tx, moved)
  if (moved.state === 'queued') await queued(tx, planner, moved)
}

interface PartPlanned {
  readonly record: StageRecord
  readonly plan: PlanMade
  readonly data: { planId: string; inputsRevision: number; plannedAfterId: string | null }
}

/** A part waits for its group, which people decide on; planned anew under way, it goes on only with what was signed. */
async function partReady(tx: Tx, { record, plan, data }: PartPlanned): Promise<void> {
  const event = (await isSignedPart(tx, record, plan.document)) ? 'plan_ready_approved' : 'plan_ready'
  await moveDeploy(tx, planner, record, event, { ...data, waitsForId: record.partOfId, deadlineAt: null })
  await enqueue(tx, 'deploy.advance', { recordId: event === 'plan_ready' ? (record.partOfId ?? '') : record.id })
}

/** What every way into `queued` does. What is for later takes nobody's place before its time. */
export async function queued(tx: Tx, actor: Actor, record: DeployRecord): Promise<void> {
  if (isOfStage(record) && deployKinds[record.kind].carriesRelease && !isForLater(record)) await supersedeOlder(tx, actor, record)
  await enqueue(tx, 'deploy.advance', { recordId: record.id })
}

async function storeTasks(tx: Tx, record: DeployRecord, stage: Stage, plan: PlanMade): Promise<void> {
  const targets = new Map(plan.targets.map((target) => [target.placementId, newId()]))
  await tx.deployTarget.createMany({
    data: plan.targets.map((target) => ({ ...target, id: targets.get(target.placementId), recordId: record.id })),
  })
  const units = await tx.unit.findMany({ where: { stageId: stage.id, removedAt: null }, select: { id: true, ordinal: true } })
  const idOf = new Map(units.map((unit) => [unit.ordinal, unit.id]))
  await tx.task.createMany({
    data: plan.tasks.map(({ placementId, ...task }) => ({
      ...task,
      recordId: record.id,
      targetId: targets.get(placementId) as string,
      unitId: task.unitName ? (idOf.get(ordinalOf(task.unitName)) ?? null) : null,
      expect: json(task.expect),
      params: json(task.params),
    })),
  })
}

export const ordinalOf = (unitName: string): number => Number(unitName.slice(unitName.lastIndexOf('/') + 1))

/** Promises to itself the ports and the room of new units; the caller holds the pools' locks. */
async function reserve(tx: Tx, record: DeployRecord, plan: PlanMade): Promise<void> {
  if (plan.reservations.length === 0) return
  await tx.reservation.createMany({
    data: plan.reservations.map(({ unitName, machineId, ports, resources }) => ({
      recordId: record.id,
      machineId,
      unitId: unitName,
      ...resources,
      ports: json(ports),
      createdAt: clock.now(),
    })),
  })
  await tx.machinePort.createMany({
    data: plan.reservations.flatMap(({ machineId, ports }) =>
      Object.values(ports).map((port) => ({ machineId, port, recordId: record.id })),
    ),
  })
}
