import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { isoOrNull } from '@/lib/iso-time'
import { presentReleases } from '@/lib/services/present-releases'
import { releaseRefs } from './deploy-views'
import type { UnitNow } from './views'

/** The stage's units as their machines report them, whatever the record says. */
export async function unitsNow({ stageId, serviceName }: Pick<DeployRecord, 'stageId' | 'serviceName'>): Promise<UnitNow[]> {
  if (stageId === null) return []
  const units = await db.unit.findMany({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null }, include: { machine: { select: { name: true, address: true, heardAt: true } } } } },
    orderBy: { ordinal: 'asc' },
  })
  const present = await presentReleases(units)
  const releases = await releaseRefs(db, [...present.values()])
  return units.map((unit) => {
    const allocation = unit.allocations[0]
    const [port] = Object.values((allocation?.ports ?? {}) as Record<string, number>)
    return {
      id: unit.id,
      name: `${serviceName}/${unit.ordinal}`,
      state: unit.state,
      transition: unit.transition,
      held: unit.held,
      code: unit.code,
      exitCode: unit.exitCode,
      release: releases.get(present.get(unit.id) ?? '') ?? null,
      machineName: allocation?.machine.name ?? null,
      endpoint: allocation && port !== undefined ? `${allocation.machine.address}:${port}` : null,
      heardAt: isoOrNull(allocation?.machine.heardAt),
    }
  })
}
