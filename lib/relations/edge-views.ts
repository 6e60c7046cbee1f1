import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { DeployRecord, Relation, Workload } from '@/lib/db/generated/client'
import { iso } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import type { RelationEnd } from '@/lib/protocol/relations'
import { unitRelations } from './unit-relations'
import type { EdgeState, RelationEdge } from './views'
import { workloadRelations } from './workload-relations'

type Row = Relation & { external: { id: string; name: string } | null }

/** Who needs what many need is counted, not listed. */
const mostConsumers = 300

/** What these need, and the first of the others that need them. */
export async function edgeRows(stageIds: readonly string[]): Promise<{ rows: Row[]; left: number }> {
  const ids = [...stageIds]
  const include = { external: { select: { id: true, name: true } } }
  const ofOthers = { removedAt: null, providerStageId: { in: ids }, consumerStageId: { notIn: ids } }
  const [own, others, count] = await Promise.all([
    db.relation.findMany({ where: { removedAt: null, consumerStageId: { in: ids } }, include }),
    db.relation.findMany({ where: ofOthers, include, orderBy: { id: 'asc' }, take: mostConsumers }),
    db.relation.count({ where: ofOthers }),
  ])
  const rows = [...own, ...others].sort((a, b) => a.requirement.localeCompare(b.requirement) || a.id.localeCompare(b.id))
  return { rows, left: count - others.length }
}

/** Edges as people see them, with how they stand: read from what units have confirmed, never from what was sent. */
export async function edgeViews(rows: readonly Row[]): Promise<RelationEdge[]> {
  const stageIds = [...new Set(rows.flatMap((row) => [row.consumerStageId, row.providerStageId ?? []].flat()))]
  const [stages, tellings] = await Promise.all([loadStages(stageIds), lastTellings(stageIds)])
  const { heard, told } = await whatIsHeard(stages)
  return rows.flatMap((row): RelationEdge[] => {
    const consumer = stages.get(row.consumerStageId)
    const provider = stages.get(row.providerStageId ?? '')
    if (!consumer) return []
    const records = [consumer, ...(provider ? [provider] : [])].flatMap((stage) => tellings.get(stage.id) ?? [])
    const last = records.sort((a, b) => b.number - a.number)[0]
    const { id, requirement, interface: kind, granularity, isRequired: required, environment, external } = row
    return [
      {
        id,
        requirement,
        interface: kind,
        granularity,
        required,
        environment,
        consumer: endOf(consumer),
        provider: provider
          ? endOf(provider)
          : { kind: 'external', id: external?.id ?? '', name: external?.name ?? '', application: null, serviceId: null, units: 0 },
        state: stateOf({ consumer, provider, external, records, heard, isReached: isReached(row, { consumer, provider, told }) }),
        record: last ? { number: last.number, at: iso(last.endedAt ?? last.createdAt) } : null,
      },
    ]
  })
}

interface StageRow {
  readonly id: string
  readonly serviceId: string
  readonly name: string
  readonly application: RelationEdge['consumer']['application']
  readonly units: readonly Told[]
}

/** Who is told: a unit, or all pods of a placement together. */
interface Told {
  readonly id: string
  readonly relationsDigest: string | null
  readonly stateSince: Date
  /** So many pods; null = it is a unit. */
  readonly pods: number | null
}

const endOf = ({ id, serviceId, name, application, units }: StageRow): RelationEdge['consumer'] => ({
  kind: 'service',
  id,
  name,
  application,
  serviceId,
  units: units.reduce((sum, { pods }) => sum + (pods ?? 1), 0),
})

async function loadStages(ids: readonly string[]): Promise<Map<string, StageRow>> {
  const rows = await db.stage.findMany({
    where: { id: { in: [...ids] } },
    include: {
      service: { select: { id: true, name: true, applicationId: true } },
      units: {
        where: { removedAt: null, leavingAt: null, state: { notIn: ['none', 'removing', 'removed'] } },
        select: { id: true, relationsDigest: true, stateSince: true },
      },
      placements: { select: { workload: true } },
    },
  })
  const applications = await db.application.findMany({
    where: { id: { in: [...new Set(rows.map((row) => row.service.applicationId))] } },
    select: { id: true, slug: true, name: true },
  })
  const homes = new Map(applications.map(({ id, ...home }) => [id, home]))
  return new Map(
    rows.map(({ id, service, units, placements }) => {
      const told = [...units.map((unit) => ({ ...unit, pods: null })), ...placements.flatMap(({ workload }) => toldTogether(workload))]
      return [id, { id, serviceId: service.id, name: service.name, application: homes.get(service.applicationId) ?? null, units: told }]
    }),
  )
}

function toldTogether(workload: Workload | null): Told[] {
  if (!workload || !['available', 'progressing', 'failed'].includes(workload.state)) return []
  const { placementId: id, relationsShown: relationsDigest, stateSince, available } = workload
  return [{ id, relationsDigest, stateSince, pods: available }]
}

interface Heard {
  readonly heard: ReadonlyMap<string, boolean>
  /** Unit → what is true for it now. */
  readonly told: ReadonlyMap<string, readonly RelationEnd[]>
}

/** A service in a cluster is reached from elsewhere by its routes alone: without one there is nobody to go to. */
function isReached(
  { requirement }: Row,
  { consumer, provider, told }: { consumer: StageRow; provider: StageRow | undefined; told: Heard['told'] },
): boolean {
  if (!provider || provider.units.every((unit) => unit.pods === null)) return true
  const ends = consumer.units.flatMap((unit) => told.get(unit.id) ?? [])
  return ends.some((end) => end.side === 'provider' && end.relation === requirement && end.service === provider.name)
}

/** Unit → whether it has taken up what is true now. */
async function whatIsHeard(stages: ReadonlyMap<string, StageRow>): Promise<Heard> {
  const units = [...stages.values()].flatMap((stage) => stage.units)
  const now = await unitRelations(
    db,
    units.filter((unit) => unit.pods === null).map((unit) => unit.id),
  )
  const together = await workloadRelations(
    db,
    units.filter((unit) => unit.pods !== null).map((unit) => unit.id),
  )
  // Pods that require nobody are told nothing.
  const isHeard = ({ id, pods, relationsDigest }: Told) =>
    pods === null ? now.get(id)?.digest === relationsDigest : !together.has(id) || together.get(id)?.digest === relationsDigest
  return {
    heard: new Map(units.map((unit) => [unit.id, isHeard(unit)])),
    told: new Map([...now, ...together].map(([id, { ends }]) => [id, ends])),
  }
}

type Telling = Pick<DeployRecord, 'stageId' | 'number' | 'createdAt' | 'endedAt'>

async function lastTellings(stageIds: readonly string[]): Promise<Map<string, Telling[]>> {
  const records = await db.deployRecord.findMany({
    where: { stageId: { in: [...stageIds] }, kind: 'relate' },
    orderBy: { number: 'desc' },
    distinct: ['stageId'],
    select: { stageId: true, number: true, createdAt: true, endedAt: true },
  })
  return new Map(stageIds.map((id) => [id, records.filter((record) => record.stageId === id)]))
}

interface Facts {
  readonly consumer: StageRow
  readonly provider: StageRow | undefined
  readonly external: { id: string } | null
  readonly records: readonly Telling[]
  readonly heard: ReadonlyMap<string, boolean>
  readonly isReached: boolean
}

function stateOf({ consumer, provider, external, records, heard, isReached: has }: Facts): EdgeState {
  if (consumer.units.length === 0 || (provider && provider.units.length === 0) || !has) return 'empty'
  const units = [...consumer.units, ...(provider?.units ?? [])]
  if (units.every((unit) => heard.get(unit.id))) return 'in_step'
  if (!provider && !external) return 'empty'
  const patience = clock.nowMs() - pace('relationSettle')
  const isAtIt = records.some((record) => record.endedAt === null && record.createdAt.getTime() > patience)
  const isFresh = units.filter((unit) => !heard.get(unit.id)).every((unit) => unit.stateSince.getTime() > patience)
  return isAtIt || isFresh ? 'telling' : 'stale'
}
