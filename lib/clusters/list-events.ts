import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { listAll } from '@/lib/drivers/kubernetes/list-all'
import { type KubernetesObject, pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { eventFacts } from '@/lib/drivers/kubernetes/workload-facts'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster } from './cluster-access'
import { troubleOf } from './kubeconfig-refusal'
import type { ClusterEventView, EventList } from './object-views'
import { findServicePlaces, type ServiceAddress, type ServicePlace } from './service-place'

export const ListEventsSchema = z.object({ environment: EnvironmentSchema.optional() })
type Ask = z.output<typeof ListEventsSchema> & ServiceAddress

const most = 200

/** What clusters say of a service's objects and pods lately, newest first: what went well too. They keep it for an hour or so. */
export async function listEvents(actor: Actor, ask: Ask): Promise<EventList> {
  const { places } = await findServicePlaces(actor, ask, 'output.see')
  const pods = await db.workloadPod.findMany({
    where: { placementId: { in: places.map((one) => one.placementId) } },
    select: { name: true, placementId: true },
  })
  const clusters = await Promise.all(
    places.map(async (place) => {
      const own = pods.filter((pod) => pod.placementId === place.placementId).map((pod) => pod.name)
      try {
        return { cluster: place.runtimeName, trouble: null, events: await eventsIn(place, new Set(own)) }
      } catch (error) {
        const trouble = troubleOf(error)
        if (!trouble) throw error
        return { cluster: place.runtimeName, trouble, events: [] }
      }
    }),
  )
  return { clusters, asOf: iso(clock.now()) }
}

async function eventsIn({ cluster, namespace, inventory }: ServicePlace, pods: ReadonlySet<string>): Promise<ClusterEventView[]> {
  if (inventory.length === 0) return []
  const objects = new Set(inventory.map(({ kind, name }) => `${kind}/${name}`))
  // A Deployment makes its pods by ReplicaSets, which carry its name and a hash.
  const isOwn = (kind: string, name: string): boolean =>
    kind === 'Pod' ? pods.has(name) : objects.has(kind === 'ReplicaSet' ? `Deployment/${name.replace(/-[^-]+$/, '')}` : `${kind}/${name}`)
  const { items } = await askCluster(cluster, (client) => listAll<KubernetesObject>(client, pathOf(types.event, namespace)))
  return items
    .map((item) => ({ ...eventFacts(item), isWarning: item.type === 'Warning' }))
    .filter(({ kind, name }) => isOwn(kind, name))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, most)
    .map(({ kind, name, reason, message, at, count, isWarning }) => ({ about: `${kind}/${name}`, reason, message, at, count, isWarning }))
}
