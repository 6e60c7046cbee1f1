import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { transaction } from '@/lib/db/transaction'
import { isNotFound } from '@/lib/drivers/kubernetes/errors'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { applicationIn } from '@/lib/drivers/kubernetes/permissions'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { terminalPermission } from '@/lib/terminals/terminal-gate'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster, insistPresent } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import { findPod, PodNameSchema } from './read-pod-log'
import { findServicePlaces } from './service-place'

export const DeletePodSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string(),
  environment: EnvironmentSchema.optional(),
  pod: PodNameSchema,
})

/** Ends one pod, politely; its cluster makes another. Whoever may open a terminal in it could end it anyway. */
export async function deletePod(actor: Actor, ask: z.output<typeof DeletePodSchema>): Promise<void> {
  const { service, places } = await findServicePlaces(actor, ask, 'service.see')
  const { row, place } = await findPod(places, ask.pod)
  authorize(actor, terminalPermission(place.environment), ofService(service), 'This pod')
  if (place.environment === 'production') insistFresh(actor, 'terminal.production')
  if (row.goneAt) throw new AppError('conflict', 'This pod is gone already.', { reason: 'pod_gone' })
  const { cluster, namespace, runtimeName } = place
  await worded(async () => insistPresent(cluster))
  await transaction((tx) =>
    writeEvent(tx, actor, {
      name: 'pod.deleted',
      organizationId: service.organizationId,
      subject: { kind: 'service', id: service.id },
      data: { name: service.name, pod: ask.pod, cluster: runtimeName, environment: place.environment },
    }),
  )
  // Another pod of this name, made meanwhile, is not the one that was looked at.
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: row.uid } }
  const as = applicationIn(namespace)
  await worded(() =>
    askCluster(cluster, async (client) => {
      try {
        await client.delete(pathOf(types.pod, namespace, ask.pod), { body, as })
      } catch (error) {
        if (isNotFound(error)) throw notFound('This pod')
        throw error
      }
    }),
  )
}
