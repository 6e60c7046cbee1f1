import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { loadComponents } from './load-components'
import { releaseOfStage, standing } from './release-of-stage'
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
  // Services are chosen by name first: ordered by it, every stage would be read before the limit.
  const chosen = await db.service.findMany({
    where: {
      OR: [{ applicationId, removedAt: null }, { id: { in: offers.map((offer) => offer.serviceId) } }],
      ...(environment ? { stages: { some: { environment } } } : {}),
    },
    select: { id: true },
    orderBy: { name: 'asc' },
    take: mostChoices,
  })
  const [stages, externals] = await Promise.all([
    db.stage.findMany({
      relationLoadStrategy: 'query',
      where: { ...where, serviceId: { in: chosen.map((service) => service.id) } },
      select: {
        ...standing,
        environment: true,
        service: { select: { id: true, name: true, component: true, applicationId: true } },
      },
      orderBy: { service: { name: 'asc' } },
      take: mostChoices,
    }),
    db.externalService.findMany({ where: { ...where, applicationId, removedAt: null }, orderBy: { name: 'asc' }, take: mostChoices }),
  ])
  const named = await namesOf(stages.map((stage) => stage.service.applicationId).filter((id) => id !== applicationId))
  const components = await loadComponents(
    db,
    stages.flatMap((stage) => releaseOfStage(stage) ?? []),
  )
  const services = stages.flatMap((stage): ProviderChoice[] => {
    const { service, environment: place } = stage
    const component = components.get(releaseOfStage(stage) ?? '')?.get(service.component)
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
