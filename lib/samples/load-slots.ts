import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { type SampleSlot, slotMs, slotsPerDay } from '@/lib/protocol/samples'
import { hourOf, unpackHour } from './pack-hour'

export interface LastDay {
  readonly lastSlot: number
  /** Time at which the first slot begins. */
  readonly from: string
  readonly slotsOf: (subjectId: string) => SampleSlot[]
}

/** The last day of these machines or units. */
export async function loadLastDay(subjectIds: readonly string[]): Promise<LastDay> {
  const lastSlot = Math.floor(clock.nowMs() / slotMs)
  const first = lastSlot - slotsPerDay + 1
  const rows = await db.sampleHour.findMany({ where: { subjectId: { in: [...subjectIds] }, hour: { gte: hourOf(first) } } })
  const bySubject = new Map<string, SampleSlot[]>()
  for (const { subjectId, hour, bytes } of rows) {
    const slots = unpackHour(hour, bytes).filter(({ slot }) => slot >= first && slot <= lastSlot)
    bySubject.set(subjectId, [...(bySubject.get(subjectId) ?? []), ...slots])
  }
  return { lastSlot, from: new Date(first * slotMs).toISOString(), slotsOf: (subjectId) => bySubject.get(subjectId) ?? [] }
}
