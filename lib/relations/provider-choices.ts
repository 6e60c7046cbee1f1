import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import type { ProviderChoice } from './views'
import { standingOffer } from './within-reach'

const mostChoices = 500

/** Everything in an application, and lent to it, that provides an interface; without an environment: in any. */
export async function providerChoices(applicationId: string, environment?: Environment): Promise<ProviderChoice[]> {
  const where = environment ? { environment } : {}
  const offers = await db.relationOffer.findMany({
    where: { ...where, ...standingOffer, toApplicationId: applicationId, service: { removedAt: null } },
    take: mostChoices,
  })
  const lent = new Set(offers.map((offer) => `${offer.serviceId} ${offer.environment} ${offer.interface}`))
  const [stages, externals] = await Promise.all([
    db.stage.findMany({
      where: {
        ...where,
        OR: [{ service: { applicationId, removedAt: null } }, { serviceId: { in: offers.map((offer) => offer.serviceId) } }],
      },
      include: {
        service: { select: { id: true, name: true, component: true, applicationId: true } },
        releases: { orderBy: { number: 'desc' }, take: 1, include: { packageVersion: { select: { manifest: true } } } },
      },
      orderBy: { service: { name: 'asc' } },
      take: mostChoices,
    }),
    db.externalService.findMany({ where: { ...where, applicationId, removedAt: null }, orderBy: { name: 'asc' }, take: mostChoices }),
  ])
  const named = await namesOf(stages.map((stage) => stage.service.applicationId).filter((id) => id !== applicationId))
  const services = stages.flatMap(({ service, releases, environment: place }): ProviderChoice[] => {
    const manifest = releases[0]?.packageVersion.manifest
    const component = manifest ? PackageManifest.parse(manifest).components.find((one) => one.name === service.component) : undefined
    const interfaces = [...new Set((component?.provides ?? []).map((one) => one.interface))]
    const application = named.get(service.applicationId) ?? null
    return interfaces
      .filter((kind) => application === null || lent.has(`${service.id} ${place} ${kind}`))
      .map((kind) => ({ kind: 'service', id: service.id, name: service.name, application, interface: kind, environment: place }))
  })
  const outside = externals.map(
    ({ id, name, interface: kind, environment: place }): ProviderChoice => ({
      kind: 'external',
      id,
      name,
      application: null,
      interface: kind,
      environment: place,
    }),
  )
  return [...services, ...outside]
}

const namesOf = async (applicationIds: readonly string[]): Promise<Map<string, string>> => {
  const found = await db.application.findMany({ where: { id: { in: [...applicationIds] } }, select: { id: true, name: true } })
  return new Map(found.map((one) => [one.id, one.name]))
}
