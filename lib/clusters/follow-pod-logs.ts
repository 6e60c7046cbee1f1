import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { containerOf } from '@/lib/drivers/kubernetes/container-of'
import { KubernetesError, UnreachableError } from '@/lib/drivers/kubernetes/errors'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import { AppError, notFound } from '@/lib/errors'
import { pace } from '@/lib/pace'
import type { Mask } from '@/lib/protocol/mask'
import { EnvironmentSchema } from '@/lib/views'
import { insistPresent, openFor } from './cluster-access'
import { worded } from './kubeconfig-refusal'
import { maskOfPods } from './mask-of-pods'
import { type PodLine, splitStamp } from './pod-log-views'
import { ContainerNameSchema, PodNameSchema } from './read-pod-log'
import { findServicePlaces, type ServiceAddress } from './service-place'

export const FollowPodLogsSchema = z.object({
  environment: EnvironmentSchema.optional(),
  /** Missing = all that are there. */
  pods: z.array(PodNameSchema).max(30).optional(),
  container: ContainerNameSchema.optional(),
  previous: z.enum(['true', 'false']).default('false'),
  tail: z.coerce.number().int().min(0).max(5000).default(200),
  sinceSeconds: z.coerce.number().int().min(1).max(604_800).optional(),
})
export type FollowAsk = z.output<typeof FollowPodLogsSchema> & ServiceAddress

interface Way {
  /** False: what there is, and the end. */
  readonly isFollowed: boolean
  /** The stamp of the last line that was read before. */
  readonly after?: string | undefined
  readonly signal: AbortSignal
}

const mostPods = 30

/** What pods of a service print, line by line as it comes, of several pods at once. It ends after a while, so that rights are asked again. */
export async function followPodLogs(actor: Actor, ask: FollowAsk, way: Way): Promise<AsyncGenerator<PodLine | null>> {
  const { service, places } = await findServicePlaces(actor, ask, 'output.see')
  const where = { placementId: { in: places.map((one) => one.placementId) }, goneAt: null, ...(ask.pods ? { name: { in: ask.pods } } : {}) }
  const rows = await db.workloadPod.findMany({ where, orderBy: { name: 'asc' }, take: mostPods })
  if (ask.pods?.some((name) => !rows.some((row) => row.name === name))) throw notFound('This pod')
  if (rows.length === 0) throw new AppError('conflict', 'None of its pods is there.', { reason: 'no_pods' })
  const asked = places.filter((place) => rows.some((row) => row.placementId === place.placementId))
  const [away, ...others] = asked.map(({ cluster }) => cluster)
  // Of several clusters each that answers is heard.
  if (away && others.every(({ state }) => state === 'offline')) await worded(async () => insistPresent(away))
  const signal = AbortSignal.any([way.signal, AbortSignal.timeout(pace('podFollow'))])
  const clients = new Map<string, KubernetesClient>()
  const masks = new Map<string, Mask>()
  for (const { placementId } of rows) if (!masks.has(placementId)) masks.set(placementId, await maskOfPods(placementId))
  const sources = rows.flatMap((row) => {
    const place = places.find((one) => one.placementId === row.placementId)
    if (!place) return []
    const { cluster, namespace } = place
    const client = clients.get(cluster.id) ?? openFor(cluster)
    clients.set(cluster.id, client)
    const lines = linesOf(client, { namespace, pod: row.name, component: service.component }, ask, { ...way, signal })
    return [hidden(lines, masks.get(row.placementId))]
  })
  return finish(merge(sources, signal), clients)
}

async function* finish(lines: AsyncGenerator<PodLine | null>, clients: ReadonlyMap<string, KubernetesClient>) {
  try {
    yield* lines
  } finally {
    for (const client of clients.values()) client.close()
  }
}

/** Known secrets are not shown, as on machines. */
async function* hidden(lines: AsyncGenerator<PodLine>, mask: Mask | undefined): AsyncGenerator<PodLine> {
  for await (const line of lines) yield mask ? { ...line, text: mask.hide(line.text) } : line
}

interface At {
  readonly namespace: string
  readonly pod: string
  readonly component: string
}

async function* linesOf(
  client: KubernetesClient,
  { component, ...at }: At,
  ask: FollowAsk,
  { isFollowed, after, signal }: Way,
): AsyncGenerator<PodLine> {
  const { pod, namespace } = at
  try {
    const container = ask.container ?? (await containerOf(client, at, component))
    const from = after ? { sinceTime: after } : { tailLines: ask.tail, sinceSeconds: ask.sinceSeconds }
    const query = { container, previous: ask.previous, timestamps: true, follow: isFollowed && ask.previous === 'false', ...from }
    for await (const line of client.lines(`${pathOf(types.pod, namespace, pod)}/log`, query, signal)) {
      const { stamp, text } = splitStamp(line) ?? { stamp: '', text: line }
      // A cluster goes on from a whole second.
      if (after && stamp && stamp <= after) continue
      yield { pod, stamp, text }
    }
  } catch (error) {
    if (signal.aborted) return
    if (!(error instanceof KubernetesError || error instanceof UnreachableError)) throw error
    yield { pod, stamp: '', text: `(${error.message.slice(0, 300)})` }
  }
}

const quietMs = 10_000

/** Of all sources whatever comes first; null now and then while nobody says anything, so that the line stays open. */
async function* merge(sources: readonly AsyncGenerator<PodLine>[], signal: AbortSignal): AsyncGenerator<PodLine | null> {
  const queue: PodLine[] = []
  let running = sources.length
  let wake = () => {}
  let failed: unknown
  const pump = async (source: AsyncGenerator<PodLine>) => {
    try {
      for await (const line of source) {
        queue.push(line)
        wake()
        // Whoever reads slowly is waited for.
        while (queue.length > 2_000 && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20))
      }
    } catch (error) {
      failed ??= error
    } finally {
      running -= 1
      wake()
    }
  }
  const pumps = sources.map(pump)
  while (running > 0 || queue.length > 0) {
    const line = queue.shift()
    if (line) yield line
    else if (signal.aborted) break
    else {
      const isQuiet = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), quietMs)
        wake = () => {
          clearTimeout(timer)
          resolve(false)
        }
      })
      if (isQuiet) yield null
    }
  }
  await Promise.allSettled(pumps)
  if (failed) throw failed
}
