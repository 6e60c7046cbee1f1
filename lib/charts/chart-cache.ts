import { clock } from '@/lib/clock'
import type { ChartRendering } from '@/lib/drivers/helm/render-chart'

interface Kept {
  readonly rendering: ChartRendering
  /** What may pass is tried anew after a while. */
  readonly until: number
}

const kept = new Map<string, Kept>()
const most = 32
const passingMs = 5_000

/** A rendering depends on nothing but what its key is made of, so a plan that is made again costs nothing. */
export function keptRendering(key: string): ChartRendering | undefined {
  const found = kept.get(key)
  if (!found || found.until < clock.nowMs()) return undefined
  kept.delete(key)
  kept.set(key, found)
  return found.rendering
}

export function keepRendering(key: string, rendering: ChartRendering): void {
  kept.set(key, { rendering, until: !rendering.ok && rendering.isPassing ? clock.nowMs() + passingMs : Number.POSITIVE_INFINITY })
  const [oldest] = kept.keys()
  if (kept.size > most && oldest !== undefined) kept.delete(oldest)
}
