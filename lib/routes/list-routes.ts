import { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { can, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import type { DeployRecord, Release } from '@/lib/db/generated/client'
import { anywhere, Where } from '@/lib/db/where'
import { isUnderWay, isUnstarted } from '@/lib/deploys/deploy-lifecycle'
import { deployRefs } from '@/lib/deploys/deploy-refs'
import type { DeployRef } from '@/lib/deploys/views'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope, type Scope, within } from '@/lib/organizations/find-scope'
import { orderOf, PageAskSchema, parseAsk, toPage, turnOf } from '@/lib/page'
import { EnvironmentSchema } from '@/lib/views'
import { loadRouteStages, placeView, type RouteStage, releasesFor, tlsView, valuesOf, worstOf } from './load-routes'
import type { RouteList, RouteRow } from './views'

export const ListRoutesSchema = PageAskSchema.extend({
  organization: z.string(),
  application: z.string(),
  /** Part of a host. */
  q: z.string().trim().max(253).optional(),
})
type Ask = z.output<typeof ListRoutesSchema>

/** The routes of an application, by host, each in its environments. */
export async function listRoutes(actor: Actor, input: z.input<typeof ListRoutesSchema>): Promise<RouteList> {
  const ask = parseAsk(ListRoutesSchema, input)
  const scope = await findScope(actor, ask)
  const { application, organization } = scope
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const page = await findPage(scope, ask)
  const found = await loadRouteStages({ id: { in: page.rows.map((row) => row.stageId) } })
  const stages = found.filter((stage) => can(actor, 'service.see', ofService(stage.service)))
  const create = lacks(actor, 'deploy.request', resource)
  return {
    items: await routeRows(stages),
    next: page.next,
    previous: page.previous,
    total: page.total,
    gates: { create: gateOf(create, create ? await listMembers(organization.id) : [], resource) },
    asOf: iso(clock.now()),
  }
}

interface Found {
  readonly stageId: string
  readonly host: string
  readonly environment: z.infer<typeof EnvironmentSchema>
}

const KeySchema = z.tuple([z.string(), EnvironmentSchema])

async function findPage(scope: Scope, ask: Ask) {
  const turn = turnOf(ask, KeySchema)
  const { direction, operator, take } = orderOf(turn, false)
  const where = within(new Where(), scope, 's').and('s."removedAt" is null')
  if (ask.q) where.and('o.host like ?', anywhere(ask.q.toLowerCase()))
  if (turn.key) where.and(`(o.host, o.environment) ${operator} (?::text, ?::"Environment")`, ...turn.key)
  const { rows } = await pool.query<Found>(
    `select o."stageId", o.host, o.environment from "Route" o join "Stage" t on t.id = o."stageId" join "Service" s on s.id = t."serviceId"
     where ${where.text} order by o.host ${direction}, o.environment ${direction} limit ${take}`,
    where.values,
  )
  return toPage(rows, turn, (row): z.infer<typeof KeySchema> => [row.host, row.environment])
}

export async function routeRows(stages: readonly RouteStage[]): Promise<RouteRow[]> {
  const releases = await releasesFor(stages)
  const shown = await db.release.findMany({
    where: { id: { in: stages.flatMap((stage) => stage.placements.flatMap(({ workload }) => workload?.shownReleaseId ?? [])) } },
    select: { id: true, number: true },
  })
  const numbers = new Map(shown.map((one) => [one.id, one.number]))
  const lasts = await lastRecords(stages)
  const refs = await deployRefs([...lasts.values()])
  return stages.map((stage) => {
    const last = lasts.get(stage.id)
    return rowOf(stage, { release: releases.get(stage.id), last, ref: refs.get(last?.id ?? '') ?? null, numbers })
  })
}

interface Facts {
  readonly release: Release | undefined
  readonly last: DeployRecord | undefined
  readonly ref: DeployRef | null
  readonly numbers: ReadonlyMap<string, number>
}

function rowOf(stage: RouteStage, { release, last, ref, numbers }: Facts): RouteRow {
  const places = stage.placements.map((placement) => placeView(placement, numbers))
  const values = valuesOf(release)
  const checks = places.flatMap((place) => place.checkedAt ?? []).sort()
  return {
    stageId: stage.id,
    host: stage.service.name,
    environment: stage.environment,
    ...worstOf(places, last !== undefined && (isUnderWay(last.state) || isUnstarted(last.state))),
    rules: values?.rules ?? [],
    tls: tlsView(values),
    ingressClass: values?.ingressClass ?? null,
    version: release && release.id === stage.releaseId ? release.number : null,
    clusters: places.map((place) => place.cluster),
    lastDeploy: ref,
    checkedAt: checks[0] ?? null,
  }
}

/** One look into the index for each: a stage may have had thousands. */
async function lastRecords(stages: readonly RouteStage[]): Promise<Map<string, DeployRecord>> {
  const { rows } = await pool.query<{ id: string }>(
    `select r.id from unnest($1::text[]) as asked(id)
     cross join lateral (select d.id from "DeployRecord" d where d."stageId" = asked.id order by d.number desc limit 1) r`,
    [stages.map((stage) => stage.id)],
  )
  const records = await db.deployRecord.findMany({ where: { id: { in: rows.map((row) => row.id) } } })
  return new Map(records.map((record) => [record.stageId ?? '', record]))
}
