import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize, ofService } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { containerOf } from '@/lib/drivers/kubernetes/container-of'
import { KubernetesError } from '@/lib/drivers/kubernetes/errors'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { AppError, notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { EnvironmentSchema } from '@/lib/views'
import { accessOfCluster, withCluster } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import type { PodLog } from './pod-log-views'

export const ReadPodLogSchema = z.object({
  environment: EnvironmentSchema.optional(),
  pod: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/),
  /** Missing = its first. */
  container: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/)
    .optional(),
  /** Of its life before this one. */
  previous: z.enum(['true', 'false']).default('false'),
  tail: z.coerce.number().int().min(1).max(5000).default(500),
  sinceSeconds: z.coerce.number().int().min(1).max(604_800).optional(),
})
type Ask = z.output<typeof ReadPodLogSchema> & { readonly organization: string; readonly application: string; readonly name: string }

const mostBytes = 2 * 1024 * 1024

/** The end of what a pod of a service prints, asked of its cluster now. Only pods that the hub has seen for this service are asked for. */
export async function readPodLog(actor: Actor, ask: Ask): Promise<PodLog> {
  const found = await findPod(actor, ask)
  return worded(() => withCluster(accessOfCluster(found.cluster), (client) => read(client, found, ask)))
}

async function findPod(actor: Actor, ask: Ask) {
  const scope = await findScope(actor, { organization: ask.organization, application: ask.application })
  const service = await db.service.findFirst({ where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null } })
  if (!service) throw notFound('This service')
  authorize(actor, 'output.see', ofService(service), 'This service')
  const stage = { serviceId: service.id, ...(ask.environment ? { environment: ask.environment } : {}) }
  const pod = await db.workloadPod.findFirst({
    where: { name: ask.pod, workload: { placement: { stage } } },
    orderBy: { goneAt: { sort: 'desc', nulls: 'first' } },
    include: { workload: { include: { cluster: true } } },
  })
  if (!pod) throw notFound('This pod')
  if (pod.goneAt) throw new AppError('conflict', 'This pod is gone, and its cluster keeps nothing of it.', { reason: 'pod_gone' })
  const { cluster } = pod.workload
  const key = { clusterId_applicationId: { clusterId: cluster.id, applicationId: service.applicationId } }
  const namespace = await db.clusterNamespace.findUnique({ where: key })
  if (!namespace || cluster.removedAt) throw notFound('This pod')
  return { cluster, namespace: namespace.name, component: service.component }
}

async function read(
  client: KubernetesClient,
  { namespace, component }: { namespace: string; component: string },
  ask: Ask,
): Promise<PodLog> {
  const { pod, previous, tail, sinceSeconds } = ask
  const container = ask.container ?? (await containerOf(client, { namespace, pod }, component))
  const query = { container, previous, tailLines: tail + 1, timestamps: true, limitBytes: mostBytes, sinceSeconds }
  try {
    const text = await client.getText(`${pathOf(types.pod, namespace, pod)}/log`, { query })
    const lines = text.split('\n').filter((line) => line !== '')
    return {
      ...{ pod, container, previous: previous === 'true' },
      lines: lines.slice(-tail).map(lineOf),
      isCut: lines.length > tail,
      asOf: iso(clock.now()),
    }
  } catch (error) {
    // It has not begun, or had no life before.
    if (error instanceof KubernetesError && error.status === 400)
      throw new AppError('conflict', error.message.slice(0, 500), { reason: 'pod_log_missing' })
    throw error
  }
}

const stamped = /^(\d{4}-\d{2}-\d{2}T[\d:.]+)(Z|[+-]\d{2}:\d{2}) ?(.*)$/s

function lineOf(line: string): PodLog['lines'][number] {
  const [, time, zone, text] = stamped.exec(line) ?? []
  const at = time ? new Date(`${time.slice(0, 23)}${zone}`) : null
  return at && !Number.isNaN(at.getTime()) ? { at: at.toISOString(), text: text ?? '' } : { at: null, text: line }
}
