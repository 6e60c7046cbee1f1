import { listMembers } from '@/lib/accounts/list-members'
import { namePeople } from '@/lib/accounts/name-people'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { authorize, ofService, type Resource } from '@/lib/auth/authorize'
import { gateOf, lacks, type No, no } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { live } from '@/lib/deploys/deploy-lifecycle'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { whyNotRollBackTo } from '@/lib/services/service-gate'
import { addressesIn } from './check-route'
import { choicesOf } from './choices-of'
import { isWildcard } from './host'
import { routeRows } from './list-routes'
import { loadRouteStages, placeView, type RouteStage, tlsView, valuesOf } from './load-routes'
import { promotionOf } from './promotion-of-route'
import type { RouteAddress } from './route-address'
import type { NewRouteView, RouteVersion, RouteView } from './views'

const lastDeploys = 20
const mostVersions = 50

export type GetRouteInput = Omit<RouteAddress, 'environment'> & { readonly environment?: Environment | null | undefined }

/** A route in one environment, with everything its page shows. */
export async function getRoute(actor: Actor, ask: GetRouteInput): Promise<RouteView> {
  const { application, organization } = await findScope(actor, { organization: ask.organization, application: ask.application })
  const stages = await loadRouteStages({ service: { applicationId: application?.id ?? '', name: ask.host } })
  const stage = stages.find((one) => one.environment === (ask.environment ?? 'production')) ?? (ask.environment ? undefined : stages[0])
  if (!stage) throw notFound('This route')
  const resource = ofService(stage.service)
  authorize(actor, 'service.see', resource, 'This route')
  const [[row], members, versions, records] = await Promise.all([
    routeRows([stage]),
    listMembers(organization.id),
    versionsOf(actor, stage, resource),
    db.deployRecord.findMany({ where: { stageId: stage.id }, orderBy: { number: 'desc' }, take: lastDeploys }),
  ])
  if (!row) throw notFound('This route')
  const numbers = new Map(versions.map((one) => [one.id, one.number]))
  const isOpen = records.some((record) => (live as readonly string[]).includes(record.state))
  return {
    ...row,
    organizationSlug: organization.slug,
    applicationSlug: ask.application,
    url: isWildcard(row.host)
      ? null
      : `${row.tls.kind === 'none' ? 'http' : 'https'}://${row.host}${portOf(stage)}${row.rules[0]?.path ?? '/'}`,
    environments: stages.map((one) => one.environment).sort(),
    places: stage.placements.map((placement) => placeView(placement, numbers)),
    versions,
    live: isOpen ? row.lastDeploy : null,
    deploys: await deployRows(actor, records),
    choices: await choicesOf(stage.service.applicationId, stage.environment),
    promotion: await promotionOf(actor, stages, { resource, members }),
    gates: gatesOf(actor, { resource, members, environment: stage.environment, isThere: row.version !== null }),
    asOf: iso(clock.now()),
  }
}

/** Ways in on machines listen where their service says, which is seldom 80. */
function portOf({ placements }: RouteStage): string {
  const atEntry = placements.find(({ workload }) => workload?.clusterId === null)
  const [, port] = /:(\d+)$/.exec(addressesIn(atEntry?.routeSight?.addresses)[0] ?? '') ?? []
  return port && port !== '80' ? `:${port}` : ''
}

interface GateFacts {
  readonly resource: Resource
  readonly members: readonly PersonActor[]
  readonly environment: Environment
  readonly isThere: boolean
}

function gatesOf(actor: Actor, { resource, members, environment, isThere }: GateFacts): RouteView['gates'] {
  const gate = (reason: No | undefined) => gateOf(reason, members, resource)
  const refused = lacks(actor, 'deploy.request', resource)
  const never = isThere ? undefined : no('never_installed', 'It is not there yet.')
  return {
    change: gate(refused),
    upload: gate(lacks(actor, environment === 'production' ? 'secret.set_production' : 'secret.set_test', resource)),
    remove: gate(refused),
    check: gate(refused ?? never),
    keepOutside: gate(lacks(actor, 'deploy.accept', resource)),
  }
}

async function versionsOf(actor: Actor, stage: RouteStage, resource: Resource & { organizationId: string }): Promise<RouteVersion[]> {
  const rows = await db.release.findMany({ where: { stageId: stage.id }, orderBy: { number: 'desc' }, take: mostVersions })
  const nameOf = await namePeople(rows.map((row) => row.createdBy))
  const isRefused = whyNotRollBackTo(actor, { resource, isPlaced: false }) !== undefined
  const members = isRefused ? await listMembers(resource.organizationId) : []
  return rows.map((row): RouteVersion => {
    const placedIn = stage.placements.filter((one) => one.releaseId === row.id).map(({ runtime }) => runtime.name)
    const values = valuesOf(row)
    return {
      ...{ id: row.id, number: row.number, createdBy: nameOf(row.createdBy), createdAt: iso(row.createdAt), placedIn },
      ...{ rules: values?.rules ?? [], tls: tlsView(values) },
      rollBack: gateOf(whyNotRollBackTo(actor, { resource, isPlaced: placedIn.length > 0 }), members, resource),
    }
  })
}

/** What the form of a new route offers. */
export async function getNewRoute(actor: Actor, ask: Pick<RouteAddress, 'organization' | 'application'>): Promise<NewRouteView> {
  const { application, organization } = await findScope(actor, ask)
  if (!application) throw notFound('This application')
  const resource = { organizationId: organization.id, applicationId: application.id }
  const members = await listMembers(organization.id)
  const gate = (permission: 'deploy.request' | 'secret.set_test' | 'secret.set_production') =>
    gateOf(lacks(actor, permission, resource), members, resource)
  return {
    organizationSlug: organization.slug,
    applicationSlug: application.slug,
    test: await choicesOf(application.id, 'test'),
    production: await choicesOf(application.id, 'production'),
    gates: { create: gate('deploy.request'), uploadTest: gate('secret.set_test'), uploadProduction: gate('secret.set_production') },
  }
}
