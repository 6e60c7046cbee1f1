import { writeBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { canonicalJson } from '@/lib/protocol/canonical'
import { type UnitRelations, unitRelationsOf } from '@/lib/protocol/relations'
import { loadEnds } from './load-ends'
import { workloadRelations } from './workload-relations'

/** What these units are to know now, and nothing for units of stages that never had a relation. */
export async function unitRelations(tx: Tx, unitIds: readonly string[]): Promise<Map<string, UnitRelations>> {
  if (unitIds.length === 0) return new Map()
  const units = await tx.unit.findMany({ where: { id: { in: [...unitIds] } }, select: { id: true, stageId: true } })
  const stageIds = await everRelated(tx, [...new Set(units.map((unit) => unit.stageId))])
  if (stageIds.length === 0) return new Map()
  const ends = await loadEnds(tx, stageIds)
  const wanted = new Set(unitIds)
  return new Map([...ends].filter(([id]) => wanted.has(id)).map(([id, list]) => [id, unitRelationsOf(list)]))
}

async function everRelated(tx: Tx, stageIds: readonly string[]): Promise<string[]> {
  const rows = await tx.relation.findMany({
    where: { OR: [{ consumerStageId: { in: [...stageIds] } }, { providerStageId: { in: [...stageIds] } }] },
    select: { consumerStageId: true, providerStageId: true },
  })
  const related = new Set(rows.flatMap((row) => [row.consumerStageId, row.providerStageId]))
  return stageIds.filter((id) => related.has(id))
}

/** The same, stored for the desired sets: unit → digest. */
export async function storeUnitRelations(tx: Tx, unitIds: readonly string[]): Promise<Map<string, string>> {
  const found = await unitRelations(tx, unitIds)
  const texts = new Map([...found.values()].map((relations) => [relations.digest, canonicalJson(relations.ends)]))
  await writeBlobTexts(tx, texts, 'application/json')
  return new Map([...found].map(([id, { digest }]) => [id, digest]))
}

export interface UntoldUnit {
  readonly unitId: string
  /** Digest of what it was told last. */
  readonly told: string | null
  readonly now: UnitRelations
}

/** Units of a stage that run on a machine and have not been told what is true now. */
export async function untoldUnits(tx: Tx, stageId: string): Promise<UntoldUnit[]> {
  const units = await tx.unit.findMany({
    where: { stageId, removedAt: null, leavingAt: null, state: { notIn: ['none', 'removing', 'removed'] } },
    select: { id: true, allocations: { where: { to: null }, select: { machineId: true } } },
  })
  const places = units.flatMap((unit) => unit.allocations.map(({ machineId }) => ({ unitId: unit.id, machineId })))
  if (places.length === 0) return []
  const rows = await tx.desiredUnit.findMany({ where: { OR: places }, select: { unitId: true, relationsDigest: true } })
  const relations = await unitRelations(
    tx,
    rows.map((row) => row.unitId),
  )
  return rows.flatMap(({ unitId, relationsDigest: told }) => {
    const now = relations.get(unitId)
    return now && now.digest !== told ? [{ unitId, told, now }] : []
  })
}

/** Units that still may be reached by others: some unit that serves has not confirmed what is true now. */
export async function stillKnown(tx: Tx, stageId: string): Promise<boolean> {
  const relations = await tx.relation.findMany({
    where: { removedAt: null, providerStageId: stageId },
    select: { consumerStageId: true },
  })
  const consumers = await tx.unit.findMany({
    where: { stageId: { in: relations.map((relation) => relation.consumerStageId) }, removedAt: null, leavingAt: null, state: 'running' },
    select: { id: true, relationsDigest: true },
  })
  const now = await unitRelations(
    tx,
    consumers.map((unit) => unit.id),
  )
  if (consumers.some((unit) => now.get(unit.id)?.digest !== unit.relationsDigest)) return true
  return isKnownToPods(
    tx,
    relations.map((relation) => relation.consumerStageId),
  )
}

/** The same of consumers in clusters that answer: their pods have been made anew with what is true now. */
async function isKnownToPods(tx: Tx, stageIds: readonly string[]): Promise<boolean> {
  const rows = await tx.workload.findMany({
    where: { placement: { stageId: { in: [...stageIds] } }, state: { in: ['available', 'progressing'] }, cluster: { state: 'ready' } },
    select: { placementId: true, relationsShown: true },
  })
  const now = await workloadRelations(
    tx,
    rows.map((row) => row.placementId),
  )
  return rows.some((row) => now.get(row.placementId)?.digest !== row.relationsShown)
}
