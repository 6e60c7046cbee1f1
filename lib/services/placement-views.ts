import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { releaseRefs } from '@/lib/deploys/deploy-views'
import { iso, isoOrNull } from '@/lib/iso-time'
import { freshnessOf } from '@/lib/machines/freshness'
import { sizesHeld } from '@/lib/machines/sizes-held'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import { loadWorkloadViews } from '@/lib/workloads/load-workload-views'
import { presentReleases } from './present-releases'
import { rulesIn } from './rule-views'
import type { PlacementView, ServiceView, UnitView } from './views'

export type PlacedUnit = Omit<UnitView, 'gates'> & { readonly isUnknown: boolean }

/** Living units of a stage as their page shows them, by ordinal. */
export async function loadUnits(stageId: string, serviceName: string): Promise<PlacedUnit[]> {
  const rows = await db.unit.findMany({
    where: { stageId, removedAt: null },
    include: {
      allocations: {
        where: { to: null },
        include: { machine: { select: { id: true, name: true, address: true, heardAt: true, facts: true } } },
      },
    },
    orderBy: { ordinal: 'asc' },
  })
  const holders = await db.deployRecord.findMany({
    where: { id: { in: rows.flatMap((row) => row.heldRecordId ?? []) } },
    select: { id: true, number: true },
  })
  const present = await presentReleases(rows)
  const refs = await releaseRefs(db, [...present.values()])
  const now = clock.now()
  return rows.map((row): PlacedUnit => {
    const allocation = row.allocations[0]
    const ports = Object.entries((allocation?.ports ?? {}) as Record<string, number>).map(([name, number]) => ({ name, number }))
    const [first] = ports
    return {
      id: row.id,
      placementId: row.placementId,
      name: `${serviceName}/${row.ordinal}`,
      state: row.state,
      transition: row.transition,
      held: row.held,
      heardAt: isoOrNull(allocation?.machine.heardAt),
      stateSince: iso(row.stateSince),
      release: refs.get(present.get(row.id) ?? '') ?? null,
      machine: allocation ? { id: allocation.machine.id, name: allocation.machine.name } : null,
      endpoint: allocation && first ? `${allocation.machine.address}:${first.number}` : null,
      ports,
      cpuMillis: allocation?.cpuMillis ?? null,
      memoryMib: allocation?.memoryMib ?? null,
      diskMib: allocation?.diskMib ?? null,
      sizeHeld: !allocation || sizesHeld(allocation.machine)?.by !== 'none',
      code: row.code,
      message: row.message,
      exitCode: row.exitCode,
      restarts: row.restarts,
      lastLines: row.lastLines,
      heldBy: holders.find((record) => record.id === row.heldRecordId) ?? null,
      isUnknown: allocation !== undefined && row.state !== 'none' && freshnessOf(allocation.machine, now) === 'unknown',
    }
  })
}

/** Where a stage is placed, each placement with its units. A unit that is not heard does not count as running. */
export async function placementViews(
  stageId: string,
  units: readonly PlacedUnit[],
  { gatesOf, ...gates }: { gatesOf: (unit: PlacedUnit) => UnitView['gates'] } & Pick<PlacementView, 'setRules' | 'keepOutside'>,
): Promise<PlacementView[]> {
  const rows = await db.placement.findMany({
    where: { stageId },
    include: { runtime: { select: { id: true, name: true, kind: true, environment: true } } },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  })
  const refs = await releaseRefs(
    db,
    rows.flatMap((row) => [row.releaseId, row.wantedReleaseId]),
  )
  const workloads = await loadWorkloadViews(rows)
  return rows.map((row) => {
    const workload = workloads.get(row.id) ?? null
    const isSilent = workload !== null && freshnessOf({ heardAt: workload.heardAt ? new Date(workload.heardAt) : null }) === 'unknown'
    const mine = units.filter((unit) => unit.placementId === row.id)
    return {
      id: row.id,
      runtime: row.runtime,
      subset: row.subset,
      release: refs.get(row.releaseId ?? '') ?? null,
      wantedRelease: refs.get(row.wantedReleaseId ?? '') ?? null,
      wanted: Math.max(row.wantedCount, row.count),
      running: workload ? (isSilent ? 0 : workload.available) : mine.filter((unit) => unit.state === 'running' && !unit.isUnknown).length,
      unknown: workload ? (isSilent ? workload.desired : 0) : mine.filter((unit) => unit.isUnknown).length,
      units: mine.map((unit) => withGates(unit, gatesOf(unit))),
      workload,
      rules: rulesIn(row.rules),
      ...gates,
    }
  })
}

const withGates = ({ isUnknown: _isUnknown, ...unit }: PlacedUnit, gates: UnitView['gates']): UnitView => ({ ...unit, gates })

/** Directories that a removal would keep or delete, unit by unit. */
export function dataOf(
  release: { readonly packageVersion: { readonly manifest: unknown } },
  service: { readonly component: string },
  units: readonly UnitView[],
): ServiceView['data'] {
  const component = PackageManifest.parse(release.packageVersion.manifest).components.find((one) => one.name === service.component)
  return units.flatMap((unit) =>
    (component?.data ?? []).map(({ path, sizeMib, keep }) => ({ unitName: unit.name, path, sizeMib: sizeMib || null, keep })),
  )
}
