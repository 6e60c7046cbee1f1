import { isIP } from 'node:net'
import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { can, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import { literally } from '@/lib/db/where'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { paths } from '@/lib/paths'
import { routeRows } from '@/lib/routes/list-routes'
import { loadRouteStages } from '@/lib/routes/load-routes'
import { findServices, membersToName } from '@/lib/services/list-services'
import type { ServiceAct } from '@/lib/services/views'
import { podStateOf } from '@/lib/workloads/load-workload-views'
import { findScope, type Scope, scopeWhere } from './find-scope'
import type { Found } from './views'

export const FindAnythingSchema = z.object({ organization: z.string(), q: z.string().trim().max(100).default('') })

const most = 6

/** What the palette finds by a few letters: services, routes by host, deploys by number, packages, applications, pods by name or address, and machines and clusters for operators. */
export async function findAnything(actor: PersonActor, ask: z.infer<typeof FindAnythingSchema>): Promise<Found[]> {
  const scope = await findScope(actor, ask)
  const { q } = ask
  if (!q) return []
  const members = await membersToName(actor, scope)
  const parts = await Promise.all([
    services(actor, scope, { q, members }),
    routes(actor, scope, { q, members }),
    deploys(actor, scope, q),
    packages(actor, scope, { q, members }),
    applications(scope, q),
    machines(actor, q),
    clusters(actor, q),
    pods(scope, q),
  ])
  return parts.flat()
}

const contains = (q: string) => ({ contains: literally(q), mode: 'insensitive' as const })
const found = (
  kind: Found['kind'],
  row: Omit<Found, 'kind' | 'acts' | 'environment'> & Partial<Pick<Found, 'environment'>>,
  acts: Found['acts'] = [],
): Found => ({ kind, acts, environment: null, ...row })

interface Ask {
  readonly q: string
  /** To be named where the actor may not. */
  readonly members: readonly PersonActor[]
}

const offered: readonly ServiceAct[] = ['upgrade', 'configure', 'scale', 'resize', 'restart', 'start', 'stop', 'promote', 'rollback']

/** A service in each of its environments, with what may be done to it: each act leads to its dialog. */
async function services(actor: PersonActor, scope: Scope, { q, members }: Ask): Promise<Found[]> {
  const org = scope.organization.slug
  const rows = await findServices(actor, { scope, q, limit: most, members })
  return rows.map(({ stageId, name, applicationSlug: app, environment, health, gates, lastDeploy }) => {
    const acts = offered.map((act) => ({ act, href: paths.serviceAct(org, app, name, environment, act), gate: gates[act] }))
    const log = lastDeploy ? [{ act: 'log', href: paths.deploy(org, lastDeploy.number), gate: { allowed: true } }] : []
    const href = paths.service(org, app, name, environment)
    return found('service', { id: stageId, name, detail: app, href, state: health, environment }, [...acts, ...log])
  })
}

/** A route in each of its environments. */
async function routes(actor: PersonActor, scope: Scope, { q, members }: Ask): Promise<Found[]> {
  const { organization, applicationIds } = scope
  const stages = await loadRouteStages({
    service: {
      organizationId: organization.id,
      name: contains(q),
      ...(applicationIds ? { applicationId: { in: [...applicationIds] } } : {}),
    },
  })
  const seen = stages.filter((stage) => can(actor, 'service.see', ofService(stage.service))).slice(0, most)
  const applications = await db.application.findMany({ where: { id: { in: seen.map((stage) => stage.service.applicationId) } } })
  const rows = await routeRows(seen)
  return seen.flatMap(({ id, environment, service }) => {
    const row = rows.find((one) => one.stageId === id)
    const app = applications.find((one) => one.id === service.applicationId)?.slug
    if (!row || !app) return []
    const href = paths.route(organization.slug, app, service.name, environment)
    const resource = ofService(service)
    const gate = gateOf(lacks(actor, 'deploy.request', resource), members, resource)
    const acts = (['change', 'remove'] as const).map((act) => ({ act: `${act}_route`, href: `${href}&act=${act}`, gate }))
    return found('route', { id, name: service.name, detail: app, href, state: row.state, environment }, acts)
  })
}

async function deploys(actor: PersonActor, scope: Scope, q: string): Promise<Found[]> {
  const number = Number(q.replace(/^#/, ''))
  const isNumber = Number.isSafeInteger(number) && number > 0 && number < 2 ** 31
  const rows = await db.deployRecord.findMany({
    where: { ...scopeWhere(scope), ...(isNumber ? { number } : { serviceName: contains(q) }) },
    orderBy: { number: 'desc' },
    take: most,
  })
  return (await deployRows(actor, rows)).map((row) => {
    const href = paths.deploy(scope.organization.slug, row.number)
    const name = `#${row.number} ${row.title.kind} ${row.title.serviceName}`
    const acts = row.youMayApprove ? [{ act: 'approve', href, gate: { allowed: true } }] : []
    return found('deploy', { id: row.id, name, detail: row.applicationSlug, href, state: row.state }, acts)
  })
}

async function packages(actor: PersonActor, scope: Scope, { q, members }: Ask): Promise<Found[]> {
  const { organization, applicationIds } = scope
  const rows = await db.package.findMany({
    where: {
      isHidden: false,
      OR: [{ organizationId: null }, { organizationId: organization.id }],
      AND: { OR: [{ name: contains(q) }, { title: contains(q) }] },
    },
    orderBy: { name: 'asc' },
    take: most,
  })
  const application = await db.application.findFirst({
    where: { organizationId: organization.id, archivedAt: null, ...(applicationIds ? { id: { in: [...applicationIds] } } : {}) },
    orderBy: { createdAt: 'asc' },
  })
  const resource = { organizationId: organization.id, applicationId: application?.id ?? null }
  const gate = gateOf(lacks(actor, 'deploy.request', resource), members, resource)
  return rows.map(({ id, name, title }) => {
    const acts = application ? [{ act: 'new_service', href: paths.newService(organization.slug, application.slug, name), gate }] : []
    return found('package', { id, name, detail: title, href: paths.package(organization.slug, name), state: null }, acts)
  })
}

async function applications(scope: Scope, q: string): Promise<Found[]> {
  const rows = await db.application.findMany({
    where: {
      organizationId: scope.organization.id,
      archivedAt: null,
      ...(scope.applicationIds ? { id: { in: [...scope.applicationIds] } } : {}),
      name: contains(q),
    },
    take: most,
  })
  return rows.map((row) =>
    found('application', {
      id: row.id,
      name: row.name,
      detail: row.slug,
      href: paths.application(scope.organization.slug, row.slug),
      state: null,
    }),
  )
}

async function machines(actor: PersonActor, q: string): Promise<Found[]> {
  if (!actor.isOperator) return []
  const rows = await db.machine.findMany({
    where: { name: contains(q), removedAt: null },
    include: { runtime: true },
    orderBy: { name: 'asc' },
    take: most,
  })
  return rows.map((row) =>
    found('machine', { id: row.id, name: row.name, detail: row.runtime.name, href: paths.machine(row.name), state: row.state }),
  )
}

async function clusters(actor: PersonActor, q: string): Promise<Found[]> {
  if (!actor.isOperator) return []
  const rows = await db.cluster.findMany({
    where: { removedAt: null, runtime: { name: contains(q) } },
    include: { runtime: true },
    orderBy: { runtime: { name: 'asc' } },
    take: most,
  })
  return rows.map(({ id, state, region, runtime: { name } }) =>
    found('cluster', { id, name, detail: region ?? '', href: paths.cluster(name), state }),
  )
}

/** Leads to its service: there it is listed with all that is known of it. */
async function pods(scope: Scope, q: string): Promise<Found[]> {
  const rows = await db.workloadPod.findMany({
    where: {
      goneAt: null,
      ...(isIP(q) === 0 ? { name: contains(q) } : { address: q }),
      workload: { cluster: { removedAt: null }, placement: { stage: { service: { ...scopeWhere(scope), removedAt: null } } } },
    },
    include: { workload: { include: { placement: { include: { runtime: true, stage: { include: { service: true } } } } } } },
    orderBy: [{ name: 'asc' }, { uid: 'asc' }],
    take: most,
  })
  const ids = rows.map((row) => row.workload.placement.stage.service.applicationId)
  const applications = await db.application.findMany({ where: { id: { in: ids } } })
  return rows.map((row) => {
    const { runtime, stage } = row.workload.placement
    const app = applications.find((one) => one.id === stage.service.applicationId)?.slug ?? ''
    const href = paths.serviceTab(scope.organization.slug, app, stage.service.name, stage.environment, 'units')
    const detail = [runtime.name, row.address].filter(Boolean).join(', ')
    return found('pod', { id: row.uid, name: row.name, detail, href, state: podStateOf(row), environment: stage.environment })
  })
}
