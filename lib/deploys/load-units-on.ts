import { readBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import type { Allocation, Placement, Prisma, Service, Stage, Unit } from '@/lib/db/generated/client'
import { isTooOldToCopy } from '@/lib/machines/copies-since'
import { leaseEndsAt } from '@/lib/machines/lend-units'
import { UnitContent } from '@/lib/protocol/desired'
import { isLeased } from '@/lib/protocol/lease'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'

export interface UnitOn {
  readonly allocation: Allocation
  readonly unit: Unit & { placement: Placement; stage: Stage & { service: Service } }
  readonly name: string
  /** Of the release it last ran, else of the one its placement says. */
  readonly component: Pick<PackageComponent, 'mode' | 'data' | 'lease'>
  /** Whatever its machine may run of it runs under a lease. */
  readonly isLeased: boolean
  /** Until when that lease may hold there; null = no longer. */
  readonly leaseEndsAt: Date | null
  /** The agent of its machine knows of no copies. */
  readonly isTooOldToCopy: boolean
}

const unknownComponent: UnitOn['component'] = { mode: 'replicated', data: [], lease: false }

/** Units whose place these machines are, with what their package says about moving them. */
export const loadUnitsOn = (tx: Tx, machineIds: readonly string[]): Promise<UnitOn[]> =>
  loadPlaced(tx, { machineId: { in: [...machineIds] } })

/** The same of one stage, wherever they are. */
export const loadUnitsOf = (tx: Tx, stageId: string): Promise<UnitOn[]> => loadPlaced(tx, { unit: { stageId } })

async function loadPlaced(tx: Tx, where: Prisma.AllocationWhereInput): Promise<UnitOn[]> {
  const allocations = await tx.allocation.findMany({
    where: { AND: [where, { to: null, unit: { removedAt: null } }] },
    include: {
      machine: { select: { agentVersion: true } },
      unit: { include: { placement: true, stage: { include: { service: true } } } },
    },
    orderBy: [{ unit: { stageId: 'asc' } }, { unit: { ordinal: 'asc' } }],
  })
  const releaseIds = allocations.flatMap(({ unit }) => unit.releaseId ?? unit.placement.releaseId ?? [])
  const releases = await tx.release.findMany({
    where: { id: { in: [...new Set(releaseIds)] } },
    select: { id: true, packageVersion: { select: { manifest: true } } },
  })
  const manifests = new Map(releases.map((release) => [release.id, PackageManifest.parse(release.packageVersion.manifest)]))
  const found = allocations.map(({ unit, machine, ...allocation }) => {
    const { service } = unit.stage
    const manifest = manifests.get(unit.releaseId ?? unit.placement.releaseId ?? '')
    const component = manifest?.components.find((one) => one.name === service.component) ?? unknownComponent
    return { allocation, unit, name: `${service.name}/${unit.ordinal}`, component, isTooOldToCopy: isTooOldToCopy(machine) }
  })
  const unleased = await toldWithoutLease(
    tx,
    found.filter((one) => one.component.lease),
  )
  return found.map((one) => ({
    ...one,
    isLeased: one.component.lease && !unleased.has(one.allocation.id),
    leaseEndsAt: leaseEndsAt(one.allocation),
  }))
}

/** A release without a lease may be on its way to a unit that has one: its machine may have taken it up and nobody heard. */
async function toldWithoutLease(tx: Tx, units: readonly Pick<UnitOn, 'allocation'>[]): Promise<Set<string>> {
  if (units.length === 0) return new Set()
  const places = units.map(({ allocation: { machineId, unitId } }) => ({ machineId, unitId }))
  const told = await tx.desiredUnit.findMany({ where: { OR: places }, select: { machineId: true, unitId: true, contentDigest: true } })
  const texts = await readBlobTexts(
    tx,
    told.flatMap((row) => row.contentDigest ?? []),
  )
  const leased = (digest: string | null) => {
    const text = texts.get(digest ?? '')
    return text === undefined || isLeased(UnitContent.parse(JSON.parse(text)))
  }
  const without = told.filter((row) => !leased(row.contentDigest))
  return new Set(
    units.flatMap(({ allocation }) =>
      without.some((row) => row.unitId === allocation.unitId && row.machineId === allocation.machineId) ? [allocation.id] : [],
    ),
  )
}
