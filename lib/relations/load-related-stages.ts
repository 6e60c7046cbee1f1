import type { Tx } from '@/lib/db/client'
import { PackageManifest } from '@/lib/protocol/package-manifest'

export interface RelatedUnit {
  readonly id: string
  readonly name: string
  readonly ordinal: number
  readonly address: string
  readonly ports: Readonly<Record<string, number>>
  readonly isServing: boolean
  readonly isLeaving: boolean
}

/** A stage as others see it: its units with a place, and which port each provision stands for. */
export interface RelatedStage {
  readonly id: string
  readonly application: string
  readonly service: string
  readonly units: readonly RelatedUnit[]
  /** Name in `provides` → name of the port. */
  readonly provisions: ReadonlyMap<string, string>
}

export async function loadRelatedStages(tx: Tx, stageIds: readonly string[]): Promise<Map<string, RelatedStage>> {
  const rows = await tx.stage.findMany({
    where: { id: { in: [...stageIds] } },
    include: {
      service: true,
      // The newest: in a first installation nothing is in force yet.
      releases: { orderBy: { number: 'desc' }, take: 1, include: { packageVersion: { select: { manifest: true } } } },
      units: {
        where: { removedAt: null, state: { notIn: ['none', 'removing', 'removed'] } },
        orderBy: { ordinal: 'asc' },
        include: { allocations: { where: { to: null }, include: { machine: { select: { address: true } } } } },
      },
    },
  })
  const applications = await tx.application.findMany({
    where: { id: { in: rows.map((row) => row.service.applicationId) } },
    select: { id: true, slug: true },
  })
  const slugOf = new Map(applications.map((application) => [application.id, application.slug]))
  return new Map(
    rows.map(({ id, service, releases, units }) => [
      id,
      {
        id,
        application: slugOf.get(service.applicationId) ?? '',
        service: service.name,
        units: units.flatMap((unit) => placed(service.name, unit)),
        provisions: provisionsOf(releases[0]?.packageVersion.manifest, service.component),
      },
    ]),
  )
}

interface UnitRow {
  id: string
  ordinal: number
  state: string
  leavingAt: Date | null
  allocations: { ports: unknown; machine: { address: string } }[]
}

function placed(service: string, { id, ordinal, state, leavingAt, allocations }: UnitRow): RelatedUnit[] {
  const [allocation] = allocations
  if (!allocation) return []
  const { ports, machine } = allocation
  return [
    {
      id,
      name: `${service}/${ordinal}`,
      ordinal,
      address: machine.address,
      ports: ports as Record<string, number>,
      isServing: state === 'running',
      isLeaving: leavingAt !== null,
    },
  ]
}

function provisionsOf(manifest: unknown, component: string): Map<string, string> {
  if (!manifest) return new Map()
  const found = PackageManifest.parse(manifest).components.find((one) => one.name === component)
  return new Map((found?.provides ?? []).flatMap(({ name, port }) => (port ? [[name, port] as const] : [])))
}
