import { db } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { PackageManifest } from '@/lib/protocol/package-manifest'
import type { ProviderChoice } from './views'

const mostChoices = 500

/** Everything in an application that provides an interface; without an environment: in any. */
export async function providerChoices(applicationId: string, environment?: Environment): Promise<ProviderChoice[]> {
  const where = environment ? { environment } : {}
  const [stages, externals] = await Promise.all([
    db.stage.findMany({
      where: { ...where, service: { applicationId, removedAt: null } },
      include: {
        service: { select: { id: true, name: true, component: true } },
        releases: { orderBy: { number: 'desc' }, take: 1, include: { packageVersion: { select: { manifest: true } } } },
      },
      orderBy: { service: { name: 'asc' } },
      take: mostChoices,
    }),
    db.externalService.findMany({ where: { ...where, applicationId, removedAt: null }, orderBy: { name: 'asc' }, take: mostChoices }),
  ])
  const services = stages.flatMap(({ service, releases, environment: place }): ProviderChoice[] => {
    const manifest = releases[0]?.packageVersion.manifest
    const component = manifest ? PackageManifest.parse(manifest).components.find((one) => one.name === service.component) : undefined
    const interfaces = [...new Set((component?.provides ?? []).map((one) => one.interface))]
    return interfaces.map((kind) => ({ kind: 'service', id: service.id, name: service.name, interface: kind, environment: place }))
  })
  const outside = externals.map(
    (one): ProviderChoice => ({ kind: 'external', id: one.id, name: one.name, interface: one.interface, environment: one.environment }),
  )
  return [...services, ...outside]
}
