import type { Tx } from '@/lib/db/client'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import { presentReleases } from '@/lib/services/present-releases'
import { loadComponents } from './load-components'
import { releaseOfStage, standing } from './release-of-stage'

export interface RelatedUnit {
  readonly id: string
  readonly name: string
  readonly ordinal: number
  readonly address: string
  readonly ports: Readonly<Record<string, number>>
  readonly isServing: boolean
  readonly isLeaving: boolean
  /** What it has on its machine, else what its stage stands for. */
  readonly releaseId: string | undefined
  /** Name in `provides` of that release → name of the port. */
  readonly provisions: ReadonlyMap<string, string>
}

/** A stage as others see it: its units with a place, each as the release it has. */
export interface RelatedStage {
  readonly id: string
  readonly application: string
  readonly applicationId: string
  readonly environment: string
  readonly service: string
  /** It is a way in that serves routes: what of its `requires` it serves so. */
  readonly entryFor: string | null
  readonly units: readonly RelatedUnit[]
}

export async function loadRelatedStages(tx: Tx, stageIds: readonly string[]): Promise<Map<string, RelatedStage>> {
  const rows = await tx.stage.findMany({
    where: { id: { in: [...stageIds] } },
    select: {
      ...standing,
      id: true,
      environment: true,
      service: true,
      units: {
        where: { removedAt: null, state: { notIn: ['none', 'removing', 'removed'] } },
        orderBy: { ordinal: 'asc' },
        include: { allocations: { where: { to: null }, include: { machine: { select: { address: true } } } } },
      },
    },
  })
  const present = await presentReleases(
    rows.flatMap((row) => row.units),
    tx,
  )
  const releaseIds = [...rows.map(releaseOfStage), ...present.values()]
  const components = await loadComponents(
    tx,
    releaseIds.flatMap((id) => id ?? []),
  )
  const applications = await tx.application.findMany({
    where: { id: { in: rows.map((row) => row.service.applicationId) } },
    select: { id: true, slug: true },
  })
  const slugOf = new Map(applications.map((application) => [application.id, application.slug]))
  const provisions = new Map([...components].map(([id, ofRelease]) => [id, provisionsOf(ofRelease)]))
  return new Map(
    rows.map((row) => {
      const { id, environment, service, units } = row
      const inForce = releaseOfStage(row)
      const placedUnits = units.flatMap((unit) => {
        const releaseId = present.get(unit.id) ?? inForce
        return placed(service.name, unit, { releaseId, provisions: provisions.get(releaseId ?? '')?.get(service.component) ?? new Map() })
      })
      const entry = components.get(inForce ?? '')?.get(service.component)?.entry
      const { applicationId } = service
      const facts = { id, application: slugOf.get(applicationId) ?? '', applicationId, environment, service: service.name }
      return [id, { ...facts, entryFor: entry?.routes ? entry.serves : null, units: placedUnits }]
    }),
  )
}

interface UnitRow {
  id: string
  ordinal: number
  state: string
  leavingAt: Date | null
  allocations: { ports: unknown; machine: { address: string } }[]
}

function placed(
  service: string,
  { id, ordinal, state, leavingAt, allocations }: UnitRow,
  release: Pick<RelatedUnit, 'releaseId' | 'provisions'>,
): RelatedUnit[] {
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
      ...release,
    },
  ]
}

/** Component → name in `provides` → name of the port. */
function provisionsOf(components: ReadonlyMap<string, PackageComponent>): Map<string, Map<string, string>> {
  return new Map(
    [...components].map(([name, { provides }]) => [
      name,
      new Map(provides.flatMap((one) => (one.port ? [[one.name, one.port] as const] : []))),
    ]),
  )
}
