import type { Tx } from '@/lib/db/client'
import type { Allocation, Placement, Prisma, Service, Stage, Unit } from '@/lib/db/generated/client'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'

export interface UnitOn {
  readonly allocation: Allocation
  readonly unit: Unit & { placement: Placement; stage: Stage & { service: Service } }
  readonly name: string
  /** Of the release it last ran, else of the one its placement says. */
  readonly component: Pick<PackageComponent, 'mode' | 'data'>
}

const unknownComponent: UnitOn['component'] = { mode: 'replicated', data: [] }

/** Units whose place these machines are, with what their package says about moving them. */
export const loadUnitsOn = (tx: Tx, machineIds: readonly string[]): Promise<UnitOn[]> =>
  loadPlaced(tx, { machineId: { in: [...machineIds] } })

/** The same of one stage, wherever they are. */
export const loadUnitsOf = (tx: Tx, stageId: string): Promise<UnitOn[]> => loadPlaced(tx, { unit: { stageId } })

async function loadPlaced(tx: Tx, where: Prisma.AllocationWhereInput): Promise<UnitOn[]> {
  const allocations = await tx.allocation.findMany({
    where: { AND: [where, { to: null, unit: { removedAt: null } }] },
    include: { unit: { include: { placement: true, stage: { include: { service: true } } } } },
    orderBy: [{ unit: { stageId: 'asc' } }, { unit: { ordinal: 'asc' } }],
  })
  const releaseIds = allocations.flatMap(({ unit }) => unit.releaseId ?? unit.placement.releaseId ?? [])
  const releases = await tx.release.findMany({
    where: { id: { in: [...new Set(releaseIds)] } },
    select: { id: true, packageVersion: { select: { manifest: true } } },
  })
  const manifests = new Map(releases.map((release) => [release.id, PackageManifest.parse(release.packageVersion.manifest)]))
  return allocations.map(({ unit, ...allocation }) => {
    const { service } = unit.stage
    const manifest = manifests.get(unit.releaseId ?? unit.placement.releaseId ?? '')
    const component = manifest?.components.find((one) => one.name === service.component) ?? unknownComponent
    return { allocation, unit, name: `${service.name}/${unit.ordinal}`, component }
  })
}
