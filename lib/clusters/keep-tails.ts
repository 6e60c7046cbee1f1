import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '@/lib/db/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { pathOf, types } from '@/lib/drivers/kubernetes/objects'
import type { PodFacts } from '@/lib/drivers/kubernetes/workload-facts'
import type { WorkloadPicture } from '@/lib/drivers/kubernetes/workload-picture'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { maskOfPods } from './mask-of-pods'

const log = logger('observer')
const mostLines = 200
const mostCharacters = 64_000
const atOnce = 16

/**
 * What pods print at their end. A cluster forgets it with the pod, so it is listened to from the moment a pod is to leave or has ended,
 * until it says no more, and kept in its row.
 */
export class TailKeeper {
  private readonly heard = new Set<string>()
  private busy = 0

  constructor(
    private readonly client: KubernetesClient,
    private readonly signal: AbortSignal,
  ) {}

  look(picture: WorkloadPicture): void {
    const ending = picture.endingPods
    for (const pod of ending.values()) {
      if (this.heard.has(pod.uid) || this.busy >= atOnce) continue
      this.heard.add(pod.uid)
      this.busy += 1
      void this.keep(pod)
        .catch((error: unknown) => log.debug({ err: error, pod: pod.name }, 'the end of a pod was not kept'))
        .finally(() => void (this.busy -= 1))
    }
    for (const uid of this.heard) if (!ending.has(uid)) this.heard.delete(uid)
  }

  private async keep(pod: PodFacts): Promise<void> {
    const container = (pod.containers.find((one) => one.last?.exitCode) ?? pod.containers[0])?.name
    if (!container) return
    const lines: string[] = []
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(pace('podTail'))])
    const query = { container, follow: true, tailLines: mostLines, timestamps: true }
    try {
      for await (const line of this.client.lines(`${pathOf(types.pod, pod.namespace, pod.name)}/log`, query, signal)) {
        lines.push(line)
        if (lines.length > mostLines) lines.shift()
      }
    } catch (error) {
      // What was heard before the line broke is better than nothing.
      if (lines.length === 0) throw error
    }
    await store(pod.uid, lines)
  }
}

/** Its row may come a moment later than its end. */
async function store(uid: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const text = lines.join('\n')
  for (let tries = 0; tries < 3; tries++) {
    const row = await db.workloadPod.findUnique({ where: { uid }, select: { placementId: true } })
    if (row) {
      const lastLines = (await maskOfPods(row.placementId)).hide(text).slice(-mostCharacters)
      await db.workloadPod.updateMany({ where: { uid }, data: { lastLines } })
      return
    }
    await sleep(pace('orderStep'))
  }
}
