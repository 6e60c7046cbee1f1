import { isIP } from 'node:net'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { isoOrNull } from '@/lib/iso-time'
import { findScope, scopeWhere } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { podStateOf } from '@/lib/workloads/load-workload-views'
import type { PodList } from './object-views'

export const ListPodsSchema = z.object({
  application: z.string().max(100).optional(),
  service: z.string().max(100).optional(),
  environment: EnvironmentSchema.optional(),
  cluster: z.string().max(100).optional(),
  subset: z.string().max(63).optional(),
  /** Whose address it is now. */
  address: z
    .string()
    .refine((text) => isIP(text) !== 0, { message: 'must be an IP address' })
    .optional(),
  /** Also those that are gone and still listed. */
  gone: z.enum(['true', 'false']).default('false'),
})
type Ask = z.output<typeof ListPodsSchema> & { readonly organization: string }

const most = 500

/** Pods of all services that one may see, by where they are and by address. */
export async function listPods(actor: Actor, ask: Ask): Promise<PodList> {
  const { organization, application } = ask
  const scope = await findScope(actor, { organization, ...(application ? { application } : {}) })
  const rows = await db.workloadPod.findMany({
    where: {
      ...(ask.gone === 'true' ? {} : { goneAt: null }),
      ...(ask.address ? { address: ask.address } : {}),
      workload: {
        cluster: { removedAt: null },
        placement: {
          ...(ask.subset ? { subset: ask.subset } : {}),
          ...(ask.cluster ? { runtime: { name: ask.cluster } } : {}),
          stage: {
            ...(ask.environment ? { environment: ask.environment } : {}),
            service: { ...scopeWhere(scope), removedAt: null, ...(ask.service ? { name: ask.service } : {}) },
          },
        },
      },
    },
    include: {
      workload: { include: { cluster: true, placement: { include: { runtime: true, stage: { include: { service: true } } } } } },
    },
    orderBy: [{ name: 'asc' }, { uid: 'asc' }],
    take: most + 1,
  })
  const applications = await db.application.findMany({
    where: { id: { in: rows.map((row) => row.workload.placement.stage.service.applicationId) } },
    select: { id: true, slug: true },
  })
  const slugs = new Map(applications.map((one) => [one.id, one.slug]))
  const items = rows.slice(0, most).map((pod) => {
    const { placement, cluster } = pod.workload
    const { service, environment } = placement.stage
    return {
      ...{ name: pod.name, node: pod.node, address: pod.address, image: pod.image, restarts: pod.restarts, reason: pod.reason },
      application: slugs.get(service.applicationId) ?? '',
      service: service.name,
      environment,
      cluster: placement.runtime.name,
      subset: placement.subset,
      state: podStateOf(pod),
      startedAt: isoOrNull(pod.startedAt),
      goneAt: isoOrNull(pod.goneAt),
      heardAt: isoOrNull(cluster?.heardAt ?? null),
    }
  })
  return { items, isCut: rows.length > most }
}
