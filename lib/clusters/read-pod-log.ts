import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { WorkloadPod } from '@/lib/db/generated/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { containerOf } from '@/lib/drivers/kubernetes/container-of'
import { KubernetesError } from '@/lib/drivers/kubernetes/errors'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { AppError, notFound } from '@/lib/errors'
import { iso } from '@/lib/iso-time'
import { EnvironmentSchema } from '@/lib/views'
import { askCluster } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import { maskOfPods } from './mask-of-pods'
import { logLine, type PodLog } from './pod-log-views'
import { findServicePlaces, type ServiceAddress, type ServicePlace } from './service-place'

export const PodNameSchema = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?$/)
export const ContainerNameSchema = z.string().regex(/^[a-z0-9-]{1,63}$/)

export const ReadPodLogSchema = z.object({
  environment: EnvironmentSchema.optional(),
  pod: PodNameSchema,
  /** Missing = its first. */
  container: ContainerNameSchema.optional(),
  /** Of its life before this one. */
  previous: z.enum(['true', 'false']).default('false'),
  tail: z.coerce.number().int().min(1).max(5000).default(500),
  sinceSeconds: z.coerce.number().int().min(1).max(604_800).optional(),
})
type Ask = z.output<typeof ReadPodLogSchema> & ServiceAddress

const mostBytes = 2 * 1024 * 1024

/** The end of what a pod of a service prints, asked of its cluster now; of one that is gone, what was kept. Only pods that the hub has seen for it. */
export async function readPodLog(actor: Actor, ask: Ask): Promise<PodLog> {
  const { service, places } = await findServicePlaces(actor, ask, 'output.see')
  const { row, place } = await findPod(places, ask.pod)
  const mask = await maskOfPods(row.placementId)
  const hide = (log: PodLog): PodLog => ({ ...log, lines: log.lines.map((line) => ({ ...line, text: mask.hide(line.text) })) })
  if (row.goneAt) return hide(keptLog(row, ask))
  const at = { namespace: place.namespace, component: service.component }
  return hide(await worded(() => askCluster(place.cluster, (client) => read(client, at, ask))))
}

/** The pod of this name that is there, else the one that went last. */
export async function findPod(places: readonly ServicePlace[], name: string): Promise<{ row: WorkloadPod; place: ServicePlace }> {
  const row = await db.workloadPod.findFirst({
    where: { name, placementId: { in: places.map((one) => one.placementId) } },
    orderBy: { goneAt: { sort: 'desc', nulls: 'first' } },
  })
  const place = places.find((one) => one.placementId === row?.placementId)
  if (!row || !place) throw notFound('This pod')
  return { row, place }
}

function keptLog({ name, goneAt, lastLines }: WorkloadPod, { container, tail }: Ask): PodLog {
  if (!lastLines) throw new AppError('conflict', 'This pod is gone, and nothing of it was kept.', { reason: 'pod_gone' })
  const lines = lastLines.split('\n')
  const shown = { pod: name, container: container ?? '', previous: false, isKept: true }
  return { ...shown, lines: lines.slice(-tail).map(logLine), isCut: lines.length > tail, asOf: iso(goneAt ?? clock.now()) }
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
      ...{ pod, container, previous: previous === 'true', isKept: false },
      lines: lines.slice(-tail).map(logLine),
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
