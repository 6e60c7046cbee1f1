import { stringify } from 'yaml'
import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { ApplySet, type ObjectRef } from '@/lib/drivers/kubernetes/apply-set'
import type { KubernetesObject } from '@/lib/drivers/kubernetes/objects'
import { applicationIn } from '@/lib/drivers/kubernetes/permissions'
import { ResourceTypes } from '@/lib/drivers/kubernetes/resource-types'
import { notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import type { ObjectText } from './object-views'
import { findServicePlaces, type ServiceAddress, type ServicePlace } from './service-place'
import { hubLabel } from './wanted-namespaces'

export const ReadObjectSchema = z.object({
  environment: EnvironmentSchema.optional(),
  /** Name of the cluster; missing = the only one that has it. */
  cluster: z.string().max(100).optional(),
  /** `Deployment/web-stable`, or `Pod/…` of one that the hub has seen. */
  object: z.string().regex(/^[A-Za-z]{1,63}\/[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/),
})
type Ask = z.output<typeof ReadObjectSchema> & ServiceAddress

/** One object of a service as its cluster has it now: only what the hub made for it, and its pods. Texts of secrets stay where they are. */
export async function readObject(actor: Actor, ask: Ask): Promise<ObjectText> {
  const { service, places } = await findServicePlaces(actor, ask, 'output.see')
  const [kind = '', name = ''] = ask.object.split('/')
  const { place, ref } = await findRef(
    places.filter((one) => ask.cluster === undefined || one.runtimeName === ask.cluster),
    { kind, name },
  )
  const { cluster, namespace } = place
  const as = applicationIn(namespace)
  const owner = { hubId: await hubLabel(), applicationId: service.applicationId, serviceId: service.id, namespace, as }
  const live = await worded(() => askCluster(cluster, (client) => new ApplySet(client, new ResourceTypes(client), owner).read(ref)))
  if (!live) throw notFound('This object')
  return { cluster: place.runtimeName, namespace, object: ask.object, yaml: yamlOf(live), asOf: iso(clock.now()) }
}

async function findRef(
  places: readonly ServicePlace[],
  { kind, name }: { kind: string; name: string },
): Promise<{ place: ServicePlace; ref: ObjectRef }> {
  for (const place of places) {
    const ref = place.inventory.find((one) => one.kind === kind && one.name === name)
    if (ref) return { place, ref }
  }
  const ids = places.map((one) => one.placementId)
  const pod = kind === 'Pod' ? await db.workloadPod.findFirst({ where: { name, goneAt: null, placementId: { in: ids } } }) : null
  const place = places.find((one) => one.placementId === pod?.placementId)
  if (!place) throw notFound('This object')
  return { place, ref: { apiVersion: 'v1', kind: 'Pod', name } }
}

const hidden = (held: unknown): Record<string, string> =>
  Object.fromEntries(Object.keys((held ?? {}) as object).map((key) => [key, '(not shown)']))
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** Without the cluster's bookkeeping of fields, which is longer than all else, and without what a Secret holds. */
export function yamlOf(object: KubernetesObject): string {
  const { managedFields: _fields, annotations, ...metadata } = object.metadata
  const { [lastApplied]: _applied, ...notes } = annotations ?? {}
  const shown = { ...object, metadata: { ...metadata, ...(Object.keys(notes).length > 0 ? { annotations: notes } : {}) } }
  const held = ['data', 'stringData'].filter((key) => object.kind === 'Secret' && object[key] !== undefined)
  return stringify({ ...shown, ...Object.fromEntries(held.map((key) => [key, hidden(object[key])])) }, { lineWidth: 0 })
}
