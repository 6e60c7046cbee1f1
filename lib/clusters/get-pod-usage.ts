import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { readPodUsage } from '@/lib/drivers/kubernetes/cluster-facts'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster } from './cluster-access'
import { troubleOf } from './kubeconfig-refusal'
import type { PodUsage } from './object-views'
import { findServicePlaces, type ServiceAddress } from './service-place'

export const GetPodUsageSchema = z.object({ environment: EnvironmentSchema.optional() })
type Ask = z.output<typeof GetPodUsageSchema> & ServiceAddress

/** What the pods of a service use now, where their cluster measures it. */
export async function getPodUsage(actor: Actor, ask: Ask): Promise<PodUsage> {
  const { places } = await findServicePlaces(actor, ask, 'output.see')
  const known = await db.workloadPod.findMany({
    where: { placementId: { in: places.map((one) => one.placementId) }, goneAt: null },
    select: { name: true, placementId: true },
  })
  const clusters = await Promise.all(
    places.map(async ({ placementId, runtimeName, cluster, namespace }) => {
      const names = new Set(known.filter((one) => one.placementId === placementId).map((one) => one.name))
      if (names.size === 0) return { cluster: runtimeName, trouble: null, pods: [] }
      try {
        const all = await askCluster(cluster, (client) => readPodUsage(client, namespace))
        return { cluster: runtimeName, trouble: null, pods: all?.filter((one) => names.has(one.name)) ?? null }
      } catch (error) {
        const trouble = troubleOf(error)
        if (!trouble) throw error
        return { cluster: runtimeName, trouble, pods: null }
      }
    }),
  )
  return { clusters, asOf: iso(clock.now()) }
}
