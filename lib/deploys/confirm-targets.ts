import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployTarget } from '@/lib/db/generated/client'
import { endRelations } from '@/lib/relations/end-relations'
import { deployKinds, live, unstarted } from './deploy-lifecycle'
import { DeployRequestSchema, isWholeRemoval } from './deploy-request'
import type { RecordOutcome } from './engine/outcome'
import { moveDeploy } from './move-deploy'
import type { StageRecord } from './stage-record'

/**
 * Writes what the targets confirmed (5-model 1): succeeded → release, count and wanted; deferred → wanted only; failed or
 * cancelled → nothing. The stage's release follows once no target is deferred.
 */
export async function confirmTargets(tx: Tx, record: StageRecord, outcome: RecordOutcome): Promise<void> {
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id } })
  const whole = await targetsOfWorkloads(tx, record.id)
  for (const target of targets) {
    const found = outcome.targets.get(target.id) ?? 'succeeded'
    await tx.deployTarget.update({ where: { id: target.id }, data: { outcome: found } })
    if (!target.placementId) continue
    const wanted = { wantedReleaseId: target.toReleaseId, wantedCount: target.toCount }
    if (found === 'succeeded') {
      // Automation makes units as their placement says; what that is, people have asked for.
      if (deployKinds[record.kind].automation && !whole.has(target.id)) {
        await followMachines(tx, target)
        continue
      }
      await tx.placement.update({
        where: { id: target.placementId },
        data: { releaseId: target.toReleaseId, count: target.toCount, ...wanted },
      })
      await releaseHeld(tx, record, target.placementId, target.toReleaseId)
      if (whole.has(target.id) || record.kind === 'accept') await releaseWorkload(tx, target.placementId)
    }
    if (found === 'deferred') await tx.placement.update({ where: { id: target.placementId }, data: wanted })
  }
  if (outcome.event !== 'tasks_ended_well') return
  if (outcome.deferred === 0 && record.toReleaseId && (await coversStage(tx, record, targets.length))) {
    await tx.stage.update({ where: { id: record.stageId }, data: { releaseId: record.toReleaseId } })
  }
  if (record.kind === 'resize')
    await tx.stage.update({ where: { id: record.stageId }, data: { ...DeployRequestSchema.parse(record.request).size } })
  if (record.kind === 'repair') await catchUp(tx, record)
  // What is left in a cluster that does not answer is removed when it does; until then the service is there.
  if (outcome.deferred === 0 && isWholeRemoval(record.kind, DeployRequestSchema.parse(record.request))) await removeService(tx, record)
}

/** A change of one placement alone says nothing of the others. */
const coversStage = async (tx: Tx, { stageId }: StageRecord, targets: number): Promise<boolean> =>
  (await tx.placement.count({ where: { stageId } })) <= targets

/** Targets of which whole placements were handed over. */
async function targetsOfWorkloads(tx: Tx, recordId: string): Promise<Set<string>> {
  const tasks = await tx.task.findMany({
    where: { recordId, expect: { path: ['kind'], equals: 'workload' } },
    select: { targetId: true },
  })
  return new Set(tasks.map((task) => task.targetId))
}

const releaseWorkload = (tx: Tx, placementId: string) =>
  tx.workload.updateMany({ where: { placementId, held: true }, data: { held: false, heldRecordId: null } })

/** With the last of its clusters the stage has what was approved: a release, or its end. */
async function catchUp(tx: Tx, record: StageRecord): Promise<void> {
  const placements = await tx.placement.findMany({ where: { stageId: record.stageId } })
  if (placements.some((one) => one.releaseId !== one.wantedReleaseId || one.count !== one.wantedCount)) return
  const releases = new Set(placements.flatMap((one) => one.releaseId ?? []))
  const [releaseId] = releases
  if (releases.size === 0) await removeService(tx, record)
  else if (releases.size === 1 && releaseId) await tx.stage.update({ where: { id: record.stageId }, data: { releaseId } })
}

/** Only where there is a unit a machine does automation change how many there are: that nobody had asked for a number. */
async function followMachines(tx: Tx, { placementId, fromCount, toCount }: DeployTarget): Promise<void> {
  if (!placementId || fromCount === toCount) return
  await tx.placement.update({ where: { id: placementId }, data: { count: toCount, wantedCount: toCount } })
}

/** A hold ends when a release-carrying record, a removal or `accept` leaves the unit as its placement says. */
async function releaseHeld(tx: Tx, record: StageRecord, placementId: string, releaseId: string | null): Promise<void> {
  const touched = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const everyUnit = record.kind === 'accept'
  await tx.unit.updateMany({
    where: {
      placementId,
      held: true,
      removedAt: null,
      releaseId,
      state: { not: 'error' },
      ...(everyUnit ? {} : { id: { in: touched.flatMap((task) => task.unitId ?? []) } }),
    },
    data: { held: false, heldRecordId: null, code: null, message: null, lastLines: null },
  })
}

const otherStages = (tx: Tx, { serviceId, stageId }: StageRecord) =>
  tx.stage.findMany({
    where: { serviceId, id: { not: stageId } },
    select: { id: true, releaseId: true, placements: true, units: { where: { removedAt: null }, take: 1 } },
  })

/** It is in its other environment while a release is in force there, however few run it, while units are left, or one is on its way. */
async function isElsewhere(tx: Tx, record: StageRecord): Promise<boolean> {
  const others = await otherStages(tx, record)
  const isWanted = others.some(
    ({ releaseId, placements, units }) => releaseId !== null || units.length > 0 || placements.some((one) => one.wantedCount > 0),
  )
  if (isWanted) return true
  const coming = { stageId: { in: others.map((stage) => stage.id) }, state: { in: [...live] }, kind: { not: 'remove' as const } }
  return (await tx.deployRecord.count({ where: coming })) > 0
}

/** The last stage to go takes the service out of the lists; its records stay. */
async function removeService(tx: Tx, record: StageRecord): Promise<void> {
  await tx.stage.update({ where: { id: record.stageId }, data: { releaseId: null } })
  await endRelations(tx, record.stageId)
  // Its host is free for others.
  await tx.route.deleteMany({ where: { stageId: record.stageId } })
  if (await isElsewhere(tx, record)) return
  // What of it never came to be in its other environment is over too.
  for (const { id } of await otherStages(tx, record)) await endRelations(tx, id)
  const { groupId } = await tx.service.update({ where: { id: record.serviceId }, data: { removedAt: clock.now() } })
  // A group is as long as a service of it is.
  if (groupId && (await tx.service.count({ where: { groupId, removedAt: null } })) === 0)
    await tx.group.update({ where: { id: groupId }, data: { removedAt: clock.now() } })
  const pointless = await tx.deployRecord.findMany({
    where: { stageId: record.stageId, state: { in: [...unstarted] }, id: { not: record.id } },
    orderBy: { id: 'asc' },
  })
  for (const other of pointless) {
    await moveDeploy(tx, systemActor('engine'), other, 'withdraw', { code: 'service_removed', message: 'The service has been removed.' })
  }
}
