import { readBlobTexts } from '@/lib/catalog/blobs'
import { chartsOf } from '@/lib/charts/charts-of'
import { loadUsedMib } from '@/lib/copies/load-used'
import type { Tx } from '@/lib/db/client'
import type { Placement, Runtime, Service, Stage } from '@/lib/db/generated/client'
import type { DeployKind } from '@/lib/db/generated/enums'
import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import type { DeployRequest } from '@/lib/deploys/deploy-request'
import { unitDriverOf } from '@/lib/deploys/driver-of'
import { env } from '@/lib/env'
import { loadMachineFacts } from '@/lib/machines/load-machine-facts'
import { powersOf } from '@/lib/organizations/cluster-powers'
import { quotasOf } from '@/lib/quotas/quotas-of'
import { loadReleases } from '@/lib/services/load-releases'
import { rulesIn } from '@/lib/services/rule-views'
import { loadClusters } from './load-clusters'
import { loadNeighbours, noNeighbours } from './load-neighbours'
import { type PlanNotes, PlanNotesSchema } from './plan-notes'
import type { PlacementFacts, PlanInput, UnitBefore } from './plan-types'

export interface PlanQuestion {
  readonly stage: Stage
  readonly kind: DeployKind
  readonly request: DeployRequest
  readonly onFailure: 'stop' | 'roll_back'
  /** A person asks, not automation. */
  readonly isAsked?: boolean
  /** The record being planned, so that its own reservations are not in its way. */
  readonly recordId: string | null
  /** The record that is being cancelled and shall be rolled back: until it has ended, its promise is the best that is known. */
  readonly behindId?: string | null
  /** Since when it has its place in the line, if it is planned anew. */
  readonly queuedAt?: Date | null
  /** When it can start at the earliest: what is scheduled for later promises nothing to it. */
  readonly startsAt: Date
}

export interface LoadedPlan {
  readonly input: PlanInput
  /** The live record whose promise the units were taken from. */
  readonly plannedAfterId: string | null
}

/** All rows a plan is made from, read in one transaction. The caller holds the stage and the pools it may reserve in. */
export async function loadPlanInput(tx: Tx, question: PlanQuestion): Promise<LoadedPlan> {
  const { stage, request } = question
  const service = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId } })
  const organization = await tx.organization.findUniqueOrThrow({ where: { id: service.organizationId } })
  const application = await tx.application.findUniqueOrThrow({ where: { id: service.applicationId } })
  const before = await promisedBefore(tx, question)
  const rows = await tx.placement.findMany({
    where: { stageId: stage.id },
    include: { runtime: true },
    // Not by id: a preview's placements have others than those of the request that follows it.
    orderBy: [{ order: 'asc' }, { runtime: { name: 'asc' } }, { subset: 'asc' }, { id: 'asc' }],
  })
  // What a route leads through, and what a cluster makes by itself, is handed over as a whole.
  const isWhole = ({ runtime }: (typeof rows)[number]) => runtime.kind === 'cluster' || service.isRoute
  const asked = rows.filter((row) => request.placementIds?.includes(row.id) ?? true)
  const placements = asked.filter((row) => !isWhole(row)).map((row) => placementFacts(row, before?.notes))
  const clusters = await loadClusters(tx, asked.filter(isWhole), { service, notes: before?.notes, tells: deployKinds[question.kind].tells })
  const units = before ? unitsOfPromise(before.notes) : await unitsNow(tx, stage.id)
  const releaseIds = [
    request.toReleaseId,
    ...[...placements, ...clusters].map((row) => row.releaseId),
    ...clusters.map((row) => row.wantedReleaseId),
    ...units.map((unit) => unit.releaseId),
  ]
  const { releases, secretVersions } = await loadReleases(
    tx,
    releaseIds.flatMap((id) => id ?? []),
  )
  const sizeBefore = before?.notes.size ?? { cpuMillis: stage.cpuMillis, memoryMib: stage.memoryMib }
  const input: Omit<PlanInput, 'charts'> = {
    kind: question.kind,
    service: {
      ...{ organizationSlug: organization.slug, applicationSlug: application.slug, powers: powersOf(organization) },
      ...{ name: service.name, component: service.component, ...(service.isRoute ? { isRoute: true } : {}) },
      size: request.size ?? sizeBefore,
    },
    sizeBefore,
    environment: stage.environment,
    onFailure: question.onFailure,
    maxUnavailable: stage.maxUnavailable,
    keepData: request.keepData,
    takeOver: request.takeOver ?? false,
    toReleaseId: request.toReleaseId,
    counts: request.counts,
    unitNames: request.unitNames,
    machineId: request.machineId,
    usedMib: await usedBy(tx, question, units),
    copyLimitMib: env().DATA_COPY_LIMIT_MIB,
    isAsked: question.isAsked ?? false,
    releases,
    placements,
    clusters,
    units: units.filter((unit) => placements.some((placement) => placement.id === unit.placementId)),
    ...(await roomFor(tx, question, { stage, service, placements, clusters })),
    contents: await readBlobTexts(
      tx,
      [...units, ...clusters].flatMap((one) => one.contentDigest ?? []),
    ),
    secretVersions,
    ...(await relationsOf(tx, stage.id)),
  }
  return { input: { ...input, charts: await chartsOf(tx, input, service) }, plannedAfterId: before?.recordId ?? null }
}

/** What a plan may promise of; kinds that tell promise nothing, so they ask nobody. */
async function roomFor(
  tx: Tx,
  { kind, recordId }: PlanQuestion,
  {
    stage,
    service,
    placements,
    clusters,
  }: { stage: Stage; service: Service; placements: PlanInput['placements']; clusters: PlanInput['clusters'] },
): Promise<Pick<PlanInput, 'machines' | 'quotas' | 'neighbours'>> {
  if (deployKinds[kind].tells) return { machines: [], quotas: [], neighbours: noNeighbours }
  const runtimeIds = placements.map((row) => row.runtimeId)
  const others = placements.flatMap(({ rules }) => [...rules.near, ...rules.apart])
  return {
    machines: await loadMachineFacts(tx, runtimeIds, { organizationId: service.organizationId, exceptRecordId: recordId }),
    quotas: await quotasOf(tx, service, {
      runtimeIds: [...runtimeIds, ...clusters.map((row) => row.runtimeId)],
      exceptRecordId: recordId,
    }),
    neighbours: await loadNeighbours(tx, stage.id, others),
  }
}

/** What those that move take on their disk now. */
async function usedBy(tx: Tx, { kind, request }: PlanQuestion, units: readonly UnitBefore[]): Promise<Map<string, number>> {
  const moving = kind === 'migrate' ? units.filter((unit) => unit.id !== null && request.unitNames?.includes(unit.name)) : []
  const used = await loadUsedMib(
    tx,
    moving.flatMap((unit) => unit.id ?? []),
  )
  return new Map(moving.flatMap(({ id, name }) => (used.has(id ?? '') ? [[name, used.get(id ?? '') as number] as const] : [])))
}

async function relationsOf(tx: Tx, stageId: string): Promise<Pick<PlanInput, 'relations' | 'consumers'>> {
  const all = await tx.relation.findMany({
    where: { removedAt: null, OR: [{ consumerStageId: stageId }, { providerStageId: stageId }] },
    include: { external: { select: { name: true } } },
  })
  const own = all.filter((relation) => relation.consumerStageId === stageId)
  const taken = all.filter((relation) => relation.providerStageId === stageId).map((relation) => relation.consumerStageId)
  const stages = await tx.stage.findMany({
    where: { id: { in: [...own.flatMap((relation) => relation.providerStageId ?? []), ...taken] } },
    select: { id: true, service: { select: { id: true, name: true } } },
  })
  const serviceOf = new Map(stages.map((stage) => [stage.id, stage.service]))
  const planned = own.map(({ requirement, providerStageId, external }) => ({
    requirement,
    provider: serviceOf.get(providerStageId ?? '')?.name ?? external?.name ?? '',
  }))
  const consumers = [...new Set(taken)].flatMap((id) => serviceOf.get(id) ?? [])
  return {
    relations: planned.sort((a, b) => (`${a.requirement} ${a.provider}` < `${b.requirement} ${b.provider}` ? -1 : 1)),
    consumers: consumers.sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

/** The newest record that is in the line or at work: what it promises is what this plan starts from. */
/** Automation runs beside the line: what it will have made is not yet there when a record of people starts. */
const automationKinds = (Object.keys(deployKinds) as DeployKind[]).filter((kind) => deployKinds[kind].automation)

async function promisedBefore(
  tx: Tx,
  { stage, kind, recordId, behindId, queuedAt, startsAt }: PlanQuestion,
): Promise<{ recordId: string; notes: PlanNotes } | null> {
  // Automation stands in no line: it mends what is there now, whatever else is on its way.
  if (deployKinds[kind].automation) return null
  const found = await tx.deployRecord.findFirst({
    where: {
      stageId: stage.id,
      OR: [{ state: { in: ['queued', 'running', 'paused'] } }, { id: behindId ?? '', state: 'cancelling' }],
      id: recordId ? { not: recordId } : undefined,
      planId: { not: null },
      kind: { notIn: automationKinds },
      // What has come into the line since promises nothing to those before it.
      queuedAt: queuedAt ? { lt: queuedAt } : { lte: startsAt },
    },
    orderBy: [{ queuedAt: 'desc' }, { id: 'desc' }],
    select: { id: true, planId: true },
  })
  const plan = found?.planId ? await tx.plan.findUnique({ where: { id: found.planId }, select: { notes: true } }) : null
  return found && plan ? { recordId: found.id, notes: PlanNotesSchema.parse(plan.notes) } : null
}

function placementFacts(row: Placement & { runtime: Runtime }, notes: PlanNotes | undefined): PlacementFacts {
  const promised = notes?.placements.find((placement) => placement.id === row.id)
  return {
    id: row.id,
    runtimeId: row.runtimeId,
    runtimeName: row.runtime.name,
    runtimeKind: row.runtime.kind,
    environment: row.runtime.environment,
    driver: unitDriverOf(row.runtime.driver),
    releaseId: promised ? promised.releaseId : row.releaseId,
    count: promised ? promised.count : row.count,
    rules: rulesIn(row.rules),
  }
}

const unitsOfPromise = (notes: PlanNotes): UnitBefore[] => notes.units.map((unit) => ({ ...unit, id: null, state: 'running', held: false }))

async function unitsNow(tx: Tx, stageId: string): Promise<UnitBefore[]> {
  const service = await tx.stage.findUniqueOrThrow({ where: { id: stageId }, select: { service: { select: { name: true } } } })
  const rows = await tx.unit.findMany({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null }, include: { machine: true } } },
    orderBy: { ordinal: 'asc' },
  })
  return rows.flatMap((row) => {
    const allocation = row.allocations[0]
    if (!allocation) return []
    return {
      id: row.id,
      name: `${service.service.name}/${row.ordinal}`,
      ordinal: row.ordinal,
      placementId: row.placementId,
      state: row.state,
      held: row.held,
      releaseId: row.releaseId,
      contentDigest: row.contentDigest,
      machineId: allocation.machineId,
      machineName: allocation.machine.name,
      address: allocation.machine.address,
      ports: allocation.ports as Record<string, number>,
      resources: { cpuMillis: allocation.cpuMillis, memoryMib: allocation.memoryMib, diskMib: allocation.diskMib },
    }
  })
}
