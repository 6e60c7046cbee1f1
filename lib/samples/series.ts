import { type SampleSlot, slotsPerDay } from '@/lib/protocol/samples'
import type { Series } from './views'

/** The last day up to and with this slot, a place for every slot and null where nothing is known. */
export function seriesOf(slots: readonly SampleSlot[], lastSlot: number): Series {
  const first = lastSlot - slotsPerDay + 1
  const bySlot = new Map(slots.map((slot) => [slot.slot, slot]))
  const all = Array.from({ length: slotsPerDay }, (_, index) => bySlot.get(first + index))
  return {
    cpuMillis: all.map((slot) => slot?.cpuMillis ?? null),
    memoryMib: all.map((slot) => slot?.memoryMib ?? null),
    diskMib: all.map((slot) => slot?.diskMib ?? null),
  }
}

/**
 * How often it was started again in this time. The agent counts since the unit came to its machine: less than before means that it
 * counts anew. `isNew`: the unit came within this time, so that all it begins with counts too.
 */
export function restartsIn(slots: readonly SampleSlot[], isNew: boolean): number | null {
  const counts = [...slots].sort((a, b) => a.slot - b.slot).flatMap(({ restarts }) => restarts ?? [])
  const [first] = counts
  if (first === undefined) return null
  let sum = isNew ? first : 0
  for (let at = 1; at < counts.length; at += 1) {
    const [before, now] = [counts[at - 1] as number, counts[at] as number]
    sum += now >= before ? now - before : now
  }
  return sum
}
