import { isIP } from 'node:net'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { type RouteValues, RouteValuesSchema } from '@/lib/protocol/route'
import { type Asked, askedRule, askRoute } from './ask-route'
import { entriesFor, findEntries } from './find-entries'
import type { RouteAddress } from './route-address'

/** Asks a route at once in all its clusters. */
export async function checkRoute(actor: Actor, { organization, application, environment, host }: RouteAddress): Promise<void> {
  const stage = await db.stage.findFirst({
    where: {
      environment,
      route: { isNot: null },
      service: { name: host, isRoute: true, removedAt: null },
    },
    include: { service: true, placements: true },
  })
  const place = await db.application.findFirst({
    where: { slug: application, archivedAt: null, organization: { slug: organization, archivedAt: null } },
  })
  if (!stage || !place || stage.service.applicationId !== place.id) throw notFound('This route')
  authorize(actor, 'deploy.request', ofService(stage.service), 'This route')
  await Promise.all(stage.placements.map(({ id }) => checkPlacement(id)))
}

/** Asks it in one cluster, and writes down what came of it. Says nothing of what is not there. */
export async function checkPlacement(placementId: string): Promise<void> {
  const found = await db.placement.findUnique({
    where: { id: placementId },
    include: { routeSight: true, workload: true, runtime: { select: { name: true } }, stage: { include: { service: true } } },
  })
  const releaseId = found?.workload?.shownReleaseId
  if (!found || !releaseId) return
  const release = await db.release.findUnique({ where: { id: releaseId }, select: { values: true } })
  const values = RouteValuesSchema.safeParse(release?.values).data
  if (!values) return
  const addresses = found.workload?.clusterId ? addressesIn(found.routeSight?.addresses) : await noteEntryAddresses(values, found)
  const asked = await explain(await askRoute(values, addresses), values, found)
  await write(placementId, asked, {
    organizationId: found.stage.service.organizationId,
    serviceId: found.stage.service.id,
    host: values.host,
    runtime: found.runtime.name,
  })
}

/** Where nothing behind it is ready, that is the reason: controllers say so in many ways. */
async function explain(
  asked: Asked,
  values: RouteValues,
  { runtimeId, stage, workload }: AtEntries & { workload: { clusterId: string | null } | null },
): Promise<Asked> {
  if (asked.code !== 'not_taken_up' && asked.code !== 'nobody_behind') return asked
  const service = askedRule(values)?.service ?? ''
  const of = { environment: stage.environment, service: { applicationId: stage.service.applicationId, name: service, removedAt: null } }
  const ready = workload?.clusterId
    ? await db.workload.count({ where: { available: { gt: 0 }, placement: { runtimeId, stage: of } } })
    : await db.unit.count({ where: { state: 'running', removedAt: null, stage: of } })
  return ready > 0 ? asked : { ...asked, code: 'nobody_ready', values: { service } }
}

interface AtEntries {
  readonly id: string
  readonly runtimeId: string
  readonly stage: { readonly environment: Environment; readonly service: { readonly applicationId: string } }
}

/** Where the ways in of a pool listen now, written down as the addresses of the route there. */
async function noteEntryAddresses({ rules }: RouteValues, { id: placementId, runtimeId, stage }: AtEntries): Promise<string[]> {
  const all = await findEntries(db, { applicationId: stage.service.applicationId, environment: stage.environment })
  const entries = entriesFor(all, rules)
  const units = await db.unit.findMany({
    where: {
      stageId: { in: entries.map((one) => one.stageId) },
      placement: { runtimeId },
      state: 'running',
      removedAt: null,
      leavingAt: null,
    },
    include: { allocations: { where: { to: null }, include: { machine: { select: { address: true } } } } },
    orderBy: { ordinal: 'asc' },
  })
  const addresses = units.flatMap((unit) => {
    const { port } = entries.find((one) => one.stageId === unit.stageId) ?? { port: '' }
    return unit.allocations.flatMap(({ ports, machine }) => {
      const number = (ports as Record<string, number>)[port]
      return number === undefined ? [] : [`${isIP(machine.address) === 6 ? `[${machine.address}]` : machine.address}:${number}`]
    })
  })
  await db.routeSight.upsert({ where: { placementId }, create: { placementId, addresses }, update: { addresses } })
  return addresses
}

export const addressesIn = (stored: unknown): string[] => (Array.isArray(stored) ? stored.map(String) : [])

interface Told {
  readonly organizationId: string
  readonly serviceId: string
  readonly host: string
  readonly runtime: string
}

/** What differs from before is an event: notices and history read it. */
async function write(placementId: string, asked: Asked, { organizationId, serviceId, host, runtime }: Told): Promise<void> {
  const { works, code, status, tookMs } = asked
  await transaction(async (tx) => {
    const before = await tx.routeSight.findUnique({ where: { placementId } })
    const now = clock.now()
    const data = { works, code, values: json(asked.values), status, tookMs, checkedAt: now }
    const isOther = before?.works !== works
    await tx.routeSight.upsert({
      where: { placementId },
      create: { placementId, ...data, since: now },
      update: { ...data, ...(isOther ? { since: now } : {}) },
    })
    const isNews = isOther && before?.works !== null && before !== null
    if (isNews)
      await writeEvent(
        tx,
        { kind: 'system', id: 'sweep:check-routes' },
        {
          name: works ? 'route.works' : 'route.fails',
          organizationId,
          subject: { kind: 'service', id: serviceId },
          data: { host, runtime, ...(code ? { code } : {}), before: { works: before.works }, after: { works } },
        },
      )
    else if (isOther || before?.code !== code) tellLive(tx, [`org:${organizationId}`], 'route.observed')
  })
}
