import { clock } from '@/lib/clock'
import { pace } from '@/lib/pace'

/** Whether what we know of a machine is news or memory (5-model 8). Freshness belongs to the source and is joined when read. */
export function freshnessOf({ heardAt }: { heardAt: Date | null }, now = clock.now()): 'known' | 'unknown' {
  return heardAt && now.getTime() - heardAt.getTime() <= pace('unknownAfter') ? 'known' : 'unknown'
}
