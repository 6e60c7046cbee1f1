import type { z } from 'zod'
import { listMembers } from '@/lib/accounts/list-members'
import type { Actor } from '@/lib/auth/actor'
import { can, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { DeployRecord, Release } from '@/lib/db/generated/client'
import { isUnderWay, isUnstarted } from '@/lib/deploys/deploy-lifecycle'
import { deployRefs } from '@/lib/deploys/deploy-refs'
import type { DeployRef } from '@/lib/deploys/views'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { loadRouteStages, placeView, type RouteStage, releasesFor, tlsView, valuesOf, worstOf } from './load-routes'
import type { RouteAddressSchema } from './route-address'
import type { RouteList, RouteRow } from './views'

type Ask = Pick<z.output<typeof RouteAddressSchema>, 'organization' | 'application'>

/** The routes of an application, by host, each in its environments. */
export async function listRoutes(actor: Actor, ask: Ask): Promise<RouteList> {
  const { application, organization } = await findScope(actor, ask)
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const found = await loadRouteStages({ service: { applicationId: application.id } })
  const stages = found.filter((stage) => can(actor, 'service.see', ofService(stage.service)))
  const create = lacks(actor, 'deploy.request', resource)
  return {
    items: await routeRows(stages),
    gates: { create: gateOf(create, create ? await listMembers(organization.id) : [], resource) },
    asOf: iso(clock.now()),
  }
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

async function lastRecords(stages: readonly RouteStage[]): Promise<Map<string, DeployRecord>> {
  const records = await db.deployRecord.findMany({
    where: { stageId: { in: stages.map((stage) => stage.id) } },
    orderBy: { number: 'desc' },
    distinct: ['stageId'],
  })
  return new Map(records.map((record) => [record.stageId ?? '', record]))
}
