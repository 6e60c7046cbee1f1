import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import { db } from '@/lib/db/client'
import type { Cluster, Service } from '@/lib/db/generated/client'
import type { ObjectRef } from '@/lib/drivers/kubernetes/apply-set'
import { notFound } from '@/lib/errors'
import { findScope } from '@/lib/organizations/find-scope'
import type { Environment } from '@/lib/views'
import { refsIn } from './load-orders'

export interface ServiceAddress {
  readonly organization: string
  readonly application: string
  readonly name: string
  readonly environment?: Environment | undefined
}

export interface ServicePlace {
  readonly placementId: string
  readonly subset: string
  readonly environment: Environment
  readonly runtimeName: string
  readonly cluster: Cluster
  readonly namespace: string
  readonly inventory: readonly ObjectRef[]
}

/** A service and where in clusters it is, for who may do this with it. */
export async function findServicePlaces(
  actor: Actor,
  ask: ServiceAddress,
  permission: Permission,
): Promise<{ service: Service; places: ServicePlace[] }> {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const service = await db.service.findFirst({ where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null } })
  if (!service) throw notFound('This service')
  authorize(actor, permission, ofService(service), 'This service')
  const stage = { serviceId: service.id, ...(ask.environment ? { environment: ask.environment } : {}) }
  const rows = await db.workload.findMany({
    where: { placement: { stage }, cluster: { removedAt: null } },
    include: { cluster: true, placement: { include: { runtime: true, stage: true } } },
    orderBy: { placementId: 'asc' },
  })
  const namespaces = await db.clusterNamespace.findMany({
    where: { applicationId: service.applicationId, clusterId: { in: rows.flatMap((row) => row.clusterId ?? []) } },
  })
  const places = rows.flatMap(({ placementId, placement: { subset, runtime, stage: of }, cluster, inventory }): ServicePlace[] => {
    const namespace = namespaces.find((one) => one.clusterId === cluster?.id)?.name
    if (!cluster || !namespace) return []
    return [
      { placementId, subset, environment: of.environment, runtimeName: runtime.name, cluster, namespace, inventory: refsIn(inventory) },
    ]
  })
  return { service, places }
}
