import { db, pool } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { deployRefs } from '@/lib/deploys/deploy-refs'
import { gateVerbs } from '@/lib/deploys/deploy-rows'
import { groupBy } from '@/lib/group-by'
import { iso } from '@/lib/iso-time'
import type { StageHealth } from './stage-health'
import type { RuntimeRef, ServiceRow, UnitPoint } from './views'

/** A stage as the list's own query finds it. */
export interface FoundStage extends StageHealth {
  readonly id: string
  readonly stageId: string
  readonly name: string
  readonly applicationId: string
  readonly packageId: string
  readonly createdAt: Date
  readonly environment: Environment
  readonly releaseId: string | null
  readonly lastId: string | null
  readonly lastNumber: number | null
}

export const mostPoints = 12

/** The rest of what a page of services shows: placements, points and last deploys, for all its rows at once. */
export async function serviceRows(stages: readonly FoundStage[]): Promise<ServiceRow[]> {
  if (stages.length === 0) return []
  const stageIds = stages.map((stage) => stage.stageId)
  const [placements, points, lasts, applications, packages] = await Promise.all([
    placementsOf(stageIds),
    unitPoints(stages),
    lastDeploys(stages),
    db.application.findMany({ where: { id: { in: stages.map((stage) => stage.applicationId) } }, select: { id: true, slug: true } }),
    db.package.findMany({ where: { id: { in: stages.map((stage) => stage.packageId) } }, select: { id: true, name: true } }),
  ])
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
      lastDeploy: last?.ref ?? null,
      changedAt: last?.changedAt ?? iso(stage.createdAt),
    }
  })
}

interface Placed {
  readonly releaseId: string | null
  readonly number: number | null
  readonly version: string | null
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
    select: { id: true, number: true, packageVersion: { select: { version: true } } },
  })
  const byId = new Map(releases.map((release) => [release.id, release]))
  const placed = groupBy(rows, (row) => row.stageId)
  return new Map(
    [...placed].map(([stageId, mine]) => [
      stageId,
      mine.map(({ releaseId, runtime }) => {
        const release = byId.get(releaseId ?? '')
        return { releaseId, number: release?.number ?? null, version: release?.packageVersion.version ?? null, runtime }
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
