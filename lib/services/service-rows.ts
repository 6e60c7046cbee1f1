import type { Actor, PersonActor } from '@/lib/auth/actor'
import { db, pool } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { deployRefs } from '@/lib/deploys/deploy-refs'
import { gateVerbs } from '@/lib/deploys/deploy-rows'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import { gatesByFacts } from './row-gates'
import type { StageFacts } from './service-gate'
import { nowhere, type Spread, spreadOf } from './spread-of'
import type { StageHealth } from './stage-health'
import type { RuntimeRef, ServiceRow, UnitPoint } from './views'

/** A stage as the list's own query finds it. */
export interface FoundStage extends StageHealth {
  readonly id: string
  readonly stageId: string
  readonly name: string
  readonly organizationId: string
  readonly applicationId: string
  readonly packageId: string
  readonly createdAt: Date
  readonly environment: Environment
  readonly releaseId: string | null
  readonly releaseNumber: number
  readonly units: number
  readonly pods: number
  readonly stopped: number
  readonly held: number
  readonly lastId: string | null
  readonly lastNumber: number | null
}

export const mostPoints = 12

interface Page {
  readonly stages: readonly FoundStage[]
  /** To be named where the actor lacks a permission. */
  readonly members: readonly PersonActor[]
}

/** The rest of what a page of services shows: placements, points, last deploys and gates, for all its rows at once. */
export async function serviceRows(actor: Actor, { stages, members }: Page): Promise<ServiceRow[]> {
  if (stages.length === 0) return []
  const stageIds = stages.map((stage) => stage.stageId)
  const [placements, points, lasts, applications, packages, versions, spread] = await Promise.all([
    placementsOf(stageIds),
    unitPoints(stages),
    lastDeploys(stages),
    db.application.findMany({ where: { id: { in: stages.map((stage) => stage.applicationId) } }, select: { id: true, slug: true } }),
    db.package.findMany({ where: { id: { in: stages.map((stage) => stage.packageId) } }, select: { id: true, name: true } }),
    countActiveVersions(stages),
    spreadOf(stages.map((stage) => stage.id)),
  ])
  const gatesOf = gatesByFacts(actor, members)
  const slugs = new Map(applications.map((one) => [one.id, one.slug]))
  const names = new Map(packages.map((one) => [one.id, one.name]))
  return stages.map((stage): ServiceRow => {
    const mine = placements.get(stage.stageId) ?? []
    const last = lasts.get(stage.lastId ?? '')
    const inForce = mine.find((placement) => placement.releaseId === stage.releaseId) ?? mine[0]
    return {
      id: stage.id,
      stageId: stage.stageId,
      name: stage.name,
      applicationSlug: slugs.get(stage.applicationId) ?? '',
      environment: stage.environment,
      health: stage.health,
      unknownUnits: stage.unknown,
      running: stage.running,
      wanted: stage.wanted,
      points: points.get(stage.stageId) ?? [],
      packageName: names.get(stage.packageId) ?? '',
      version: inForce?.version ?? null,
      releases: [...new Set(mine.flatMap((placement) => placement.number ?? []))].sort((a, b) => b - a),
      runtimes: mine.map((placement) => placement.runtime),
      installed: hasRelease(stage, mine),
      placements: mine.map(({ id, wanted }) => ({ id, wanted })),
      lastDeploy: last?.ref ?? null,
      gates: gatesOf(
        stage,
        factsOf(stage, {
          placed: mine,
          inForce,
          activeVersions: versions.get(stage.packageId) ?? 0,
          spread: spread.get(stage.id) ?? nowhere,
        }),
      ),
      changedAt: last?.changedAt ?? iso(stage.createdAt),
    }
  })
}

const hasRelease = (stage: FoundStage, placed: readonly Placed[]): boolean =>
  stage.releaseId !== null || placed.some((placement) => placement.releaseId !== null)

/** Releases are numbered without a gap: those that are not placed are the rest. */
function factsOf(
  stage: FoundStage,
  {
    placed,
    inForce,
    activeVersions,
    spread,
  }: { placed: readonly Placed[]; inForce: Placed | undefined; activeVersions: number; spread: Spread },
): StageFacts {
  const { units, pods, running, stopped, held, releaseNumber } = stage
  const placedReleases = new Set(placed.flatMap((placement) => placement.releaseId ?? [])).size
  return {
    hasRelease: hasRelease(stage, placed),
    units,
    pods,
    running,
    stopped,
    held,
    otherVersions: activeVersions - (inForce?.isActive ? 1 : 0),
    otherReleases: releaseNumber - placedReleases,
    removed: false,
    ...spread,
  }
}

async function countActiveVersions(stages: readonly FoundStage[]): Promise<Map<string, number>> {
  const rows = await db.packageVersion.groupBy({
    by: ['packageId'],
    where: { packageId: { in: [...new Set(stages.map((stage) => stage.packageId))] }, state: 'active' },
    _count: true,
  })
  return new Map(rows.map((row) => [row.packageId, row._count]))
}

interface Placed {
  readonly id: string
  readonly wanted: number
  readonly releaseId: string | null
  readonly number: number | null
  readonly version: string | null
  /** Whether its package version may still be installed. */
  readonly isActive: boolean
  readonly runtime: RuntimeRef
}

async function placementsOf(stageIds: readonly string[]): Promise<Map<string, Placed[]>> {
  const rows = await db.placement.findMany({
    where: { stageId: { in: [...stageIds] } },
    include: { runtime: { select: { id: true, name: true, kind: true, environment: true } } },
    orderBy: [{ order: 'asc' }, { id: 'asc' }],
  })
  const releases = await db.release.findMany({
    where: { id: { in: [...new Set(rows.flatMap((row) => row.releaseId ?? []))] } },
    select: { id: true, number: true, packageVersion: { select: { version: true, state: true } } },
  })
  const byId = new Map(releases.map((release) => [release.id, release]))
  const placed = groupBy(rows, (row) => row.stageId)
  return new Map(
    [...placed].map(([stageId, mine]) => [
      stageId,
      mine.map(({ id, count, wantedCount, releaseId, runtime }) => {
        const release = byId.get(releaseId ?? '')
        const { version = null, state = null } = release?.packageVersion ?? {}
        return {
          id,
          wanted: Math.max(wantedCount, count),
          releaseId,
          number: release?.number ?? null,
          version,
          isActive: state === 'active',
          runtime,
        }
      }),
    ]),
  )
}

interface PointRow {
  stageId: string
  ordinal: number
  state: UnitPoint['state']
  transition: string | null
  held: boolean
  heardAt: string | null
}

/** The first dozen units of each stage, with the last word of their machines. */
export async function unitPoints(stages: readonly Pick<FoundStage, 'stageId' | 'name'>[]): Promise<Map<string, UnitPoint[]>> {
  const { rows } = await pool.query<PointRow>({
    name: 'unit-points',
    text: `select t.id as "stageId", u.ordinal, u.state, u.transition, u.held,
             to_char(m."heardAt", 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "heardAt"
           from unnest($1::text[]) t(id)
           join lateral (select * from "Unit" u where u."stageId" = t.id and u."removedAt" is null order by u.ordinal limit ${mostPoints}) u on true
           left join "Allocation" a on a."unitId" = u.id and a."to" is null
           left join "Machine" m on m.id = a."machineId"
           order by u.ordinal`,
    values: [stages.map((stage) => stage.stageId)],
  })
  const names = new Map(stages.map((stage) => [stage.stageId, stage.name]))
  const points = groupBy(rows, (row) => row.stageId)
  return new Map(
    [...points].map(([stageId, mine]) => [
      stageId,
      mine.map(({ ordinal, state, transition, held, heardAt }) => ({
        name: `${names.get(stageId)}/${ordinal}`,
        state,
        transition,
        held,
        heardAt,
      })),
    ]),
  )
}

type Last = { ref: NonNullable<ServiceRow['lastDeploy']>; changedAt: string }

async function lastDeploys(stages: readonly FoundStage[]): Promise<Map<string, Last>> {
  const records = await db.deployRecord.findMany({ where: { id: { in: stages.flatMap((stage) => stage.lastId ?? []) } } })
  const live = records.filter((record) => record.startedAt && !record.endedAt).map((record) => record.id)
  const [refs, running] = await Promise.all([
    deployRefs(records),
    live.length > 0
      ? db.task.findMany({ where: { recordId: { in: live }, state: 'running' }, select: { recordId: true, verb: true } })
      : [],
  ])
  const tasks = groupBy(running, (task) => task.recordId)
  return new Map(
    records.flatMap((record) => {
      const ref = refs.get(record.id)
      if (!ref) return []
      const waitingAtGate = tasks.get(record.id)?.every((task) => gateVerbs.includes(task.verb)) ?? false
      return [[record.id, { ref: { ...ref, waitingAtGate }, changedAt: iso(record.stateSince) }] as const]
    }),
  )
}
