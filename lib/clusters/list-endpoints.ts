import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { listAll } from '@/lib/drivers/kubernetes/list-all'
import { ownedBy } from '@/lib/drivers/kubernetes/namespace-objects'
import { type KubernetesObject, pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster } from './cluster-access'
import { troubleOf } from './kubeconfig-refusal'
import type { ClusterServiceView, EndpointList } from './object-views'
import { findServicePlaces, type ServiceAddress, type ServicePlace } from './service-place'
import { hubLabel } from './wanted-namespaces'

export const ListEndpointsSchema = z.object({ environment: EnvironmentSchema.optional() })
type Ask = z.output<typeof ListEndpointsSchema> & ServiceAddress

/** Under which addresses a service is reached inside its clusters, and who answers there, by the clusters' own word. */
export async function listEndpoints(actor: Actor, ask: Ask): Promise<EndpointList> {
  const { service, places } = await findServicePlaces(actor, ask, 'output.see')
  const own = `${ownedBy.hub}=${await hubLabel()},${ownedBy.application}=${service.applicationId}`
  const clusters = await Promise.all(
    places.map(async (place) => {
      const { runtimeName, environment, namespace } = place
      const base = { cluster: runtimeName, environment, namespace }
      try {
        return { ...base, trouble: null, services: await servicesIn(place, own) }
      } catch (error) {
        const trouble = troubleOf(error)
        if (!trouble) throw error
        return { ...base, trouble, services: [] }
      }
    }),
  )
  return { clusters, asOf: iso(clock.now()) }
}

const madeFor = 'kubernetes.io/service-name'

async function servicesIn({ cluster, namespace, inventory }: ServicePlace, labelSelector: string): Promise<ClusterServiceView[]> {
  const names = new Set(inventory.filter((one) => one.kind === 'Service').map((one) => one.name))
  if (names.size === 0) return []
  return askCluster(cluster, async (client) => {
    const [services, slices] = await Promise.all([
      listAll<KubernetesObject>(client, pathOf(types.service, namespace), { labelSelector }),
      listAll<KubernetesObject>(client, pathOf(types.endpointSlice, namespace), { labelSelector: madeFor }),
    ])
    return services.items
      .filter(({ metadata }) => names.has(metadata.name))
      .map((one) =>
        viewOf(
          one,
          slices.items.filter(({ metadata }) => metadata.labels?.[madeFor] === one.metadata.name),
        ),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}

interface Port {
  readonly name?: string
  readonly port: number
  readonly targetPort?: string | number
  readonly protocol?: string
}

interface Endpoint {
  readonly addresses?: readonly string[]
  readonly conditions?: { readonly ready?: boolean }
  readonly nodeName?: string
  readonly targetRef?: { readonly kind?: string; readonly name?: string }
}

function viewOf({ metadata, spec }: KubernetesObject, slices: readonly KubernetesObject[]): ClusterServiceView {
  const { type = 'ClusterIP', clusterIP = 'None', ports = [] } = spec as { type?: string; clusterIP?: string; ports?: readonly Port[] }
  const endpoints = slices.flatMap((slice) => (slice.endpoints ?? []) as readonly Endpoint[])
  return {
    name: metadata.name,
    kind: type,
    address: clusterIP === 'None' ? null : clusterIP,
    ports: ports.map(({ name, port, targetPort, protocol }) => ({
      name: name ?? null,
      port,
      target: String(targetPort ?? port),
      protocol: protocol ?? 'TCP',
    })),
    endpoints: endpoints.flatMap(({ addresses = [], conditions, nodeName, targetRef }) =>
      addresses.map((address) => ({
        address,
        pod: targetRef?.kind === 'Pod' ? (targetRef.name ?? null) : null,
        node: nodeName ?? null,
        isReady: conditions?.ready !== false,
      })),
    ),
  }
}
