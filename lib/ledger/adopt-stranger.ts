import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import { lockStage } from '@/lib/deploys/lock-record'
import { resourcesOf } from '@/lib/drivers/driver'
import { AppError } from '@/lib/errors'
import { setDesiredAsIs } from '@/lib/machines/set-desired'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { tellPeers } from '@/lib/relations/tell-peers'
import { moveUnit } from '@/lib/services/move-unit'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { type Home, homeOf, StrangerSchema } from './stranger'

/**
 * A unit that the hub does not know becomes one of the service it is of: as it runs, where it runs, under its number. Nothing is
 * applied to it; the next deploy finds it like any other. The caller holds the line.
 */
export async function adoptStranger(tx: Tx, line: Ledger): Promise<void> {
  const found = await homeOf(tx, line)
  if (!found.ok) throw homeless()
  const stage = await lockStage(tx, found.stageId)
  // Somebody else may have taken the number meanwhile.
  const home = await homeOf(tx, line)
  if (!home.ok) throw homeless()
  const { state, contentDigest, ports, restarts } = StrangerSchema.parse(line.stranger)
  const [unitId, machineId, generation] = [line.unitId ?? '', line.machineId ?? '', Math.max(1, line.generation ?? 1)]
  const now = clock.now()
  const unit = await tx.unit.create({
    data: { id: unitId, stageId: home.stageId, placementId: home.placementId, ordinal: home.ordinal, generation, createdAt: now },
  })
  const { id: allocationId } = await tx.allocation.create({
    data: { unitId, machineId, generation, ports, from: now, ...(await sizeOf(tx, home, stage)) },
  })
  await tx.machinePort.createMany({
    data: Object.values(ports).map((port) => ({ machineId, port, allocationId })),
    skipDuplicates: true,
  })
  await moveUnit(tx, unit, state, { contentDigest, releaseId: home.releaseId, restarts })
  const desired = { generation, unitName: line.unitName ?? unitId, wanted: 'running', contentDigest, releaseId: home.releaseId }
  await tx.desiredUnit.create({ data: { ...desired, machineId, unitId, revision: 0 } })
  await setDesiredAsIs(tx, [unitId])
  await countIn(tx, home.placementId)
  await raiseInputs(tx, [stage.id])
  await tellPeers(tx, [stage.id])
}

const homeless = () => new AppError('conflict', 'There is no service here that it could be of.', { reason: 'no_home' })

async function sizeOf(
  tx: Tx,
  { placementId, releaseId }: Extract<Home, { ok: true }>,
  { serviceId, cpuMillis, memoryMib }: { serviceId: string; cpuMillis: number | null; memoryMib: number | null },
) {
  const { component } = await tx.service.findUniqueOrThrow({ where: { id: serviceId }, select: { component: true } })
  const placement = await tx.placement.findUniqueOrThrow({ where: { id: placementId }, select: { releaseId: true } })
  const release = await tx.release.findUnique({ where: { id: releaseId ?? placement.releaseId ?? '' }, include: { packageVersion: true } })
  const manifest = release && PackageManifest.parse(release.packageVersion.manifest)
  const service = { organizationSlug: '', applicationSlug: '', name: '', component, size: { cpuMillis, memoryMib } }
  return resourcesOf(service, manifest && { manifest })
}

/** It is wanted from now on: otherwise the next deploy would take it, or another, for one too many. */
async function countIn(tx: Tx, placementId: string): Promise<void> {
  const units = await tx.unit.count({ where: { placementId, removedAt: null } })
  await tx.placement.updateMany({ where: { id: placementId, count: { lt: units } }, data: { count: units } })
  await tx.placement.updateMany({ where: { id: placementId, wantedCount: { lt: units } }, data: { wantedCount: units } })
}
