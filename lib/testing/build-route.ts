import { db } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { ensureRoutePackage } from '@/lib/routes/route-package'
import type { BuiltOrganization } from './build-organization'

/** A route of production that is there, as far as rows say; nobody answers for it. */
export async function buildRoute(world: BuiltOrganization, host = 'shop.example.org'): Promise<{ host: string }> {
  const { id: applicationId } = await db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'shop' } })
  const { packageId, packageVersionId } = await ensureRoutePackage(db)
  const service = await db.service.create({ data: { organizationId: world.id, applicationId, name: host, packageId, isRoute: true } })
  const stage = await db.stage.create({ data: { serviceId: service.id, environment: 'production', releaseNumber: 1 } })
  const rules = [{ path: '/', match: 'prefix', service: 'web', port: 'http' }]
  const values = json({ host, rules, ingressClass: null, tls: 'none' })
  const release = await db.release.create({ data: { stageId: stage.id, number: 1, packageVersionId, values } })
  await db.stage.update({ where: { id: stage.id }, data: { releaseId: release.id } })
  const placed = { releaseId: release.id, count: 1, wantedReleaseId: release.id, wantedCount: 1 }
  await db.placement.create({ data: { stageId: stage.id, runtimeId: world.runtimes.production, ...placed } })
  await db.route.create({ data: { stageId: stage.id, organizationId: world.id, environment: 'production', host } })
  return { host }
}
