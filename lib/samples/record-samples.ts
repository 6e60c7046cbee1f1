import { clock } from '@/lib/clock'
import { db, pool } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'
import type { Samples } from '@/lib/protocol/messages'
import { type SampleSlot, slotMs, slotsPerDay } from '@/lib/protocol/samples'
import { hourOf, packHour } from './pack-hour'

export interface SampleBatch {
  readonly machineId: string
  readonly samples: Pick<Samples, 'at' | 'subjects'>
}

interface HourOf {
  readonly subjectId: string
  readonly hour: number
  readonly slots: SampleSlot[]
}

/** Stores what many machines have said at once. Units that are not on the machine that speaks of them are left out. */
export async function recordSamples(batches: readonly SampleBatch[]): Promise<void> {
  const hours = await hoursOf(batches)
  if (hours.length === 0) return
  const keys = [hours.map((one) => one.subjectId), hours.map((one) => one.hour)]
  const known = await pool.query<{ subjectId: string; hour: number; bytes: Buffer }>(
    'select s."subjectId", s.hour, s.bytes from "SampleHour" s join unnest($1::text[], $2::int[]) as n(id, hour) on s."subjectId" = n.id and s.hour = n.hour',
    keys,
  )
  const before = new Map(known.rows.map((row) => [`${row.subjectId} ${row.hour}`, row.bytes]))
  const packed = hours.map(({ subjectId, hour, slots }) => packHour(before.get(`${subjectId} ${hour}`), slots))
  await pool.query({
    name: 'record-samples',
    text: `insert into "SampleHour" ("subjectId", hour, bytes) select * from unnest($1::text[], $2::int[], $3::bytea[])
           on conflict ("subjectId", hour) do update set bytes = excluded.bytes`,
    values: [...keys, packed],
  })
}

/** In one order, so that two gateways that write at once do not wait for each other in a circle. */
async function hoursOf(batches: readonly SampleBatch[]): Promise<HourOf[]> {
  const mine = await unitsOnMachines(batches)
  const slots = batches.flatMap(({ machineId, samples: { at, subjects } }) => {
    const shift = shiftOf(at)
    return subjects.flatMap(({ unitId, slots: told }) =>
      unitId === null || mine.has(`${machineId} ${unitId}`)
        ? told.map((slot) => ({ subjectId: unitId ?? machineId, slot: { ...slot, slot: slot.slot + shift } }))
        : [],
    )
  })
  const now = Math.floor(clock.nowMs() / slotMs)
  const fresh = slots.filter(({ slot: { slot } }) => slot <= now && slot > now - slotsPerDay)
  const byHour = groupBy(fresh, ({ subjectId, slot }) => `${subjectId} ${hourOf(slot.slot)}`)
  const hours = [...byHour.values()].flatMap((list): HourOf[] => {
    const [first] = list
    return first ? [{ subjectId: first.subjectId, hour: hourOf(first.slot.slot), slots: list.map(({ slot }) => slot) }] : []
  })
  return hours.sort((a, b) => (a.subjectId < b.subjectId ? -1 : a.subjectId > b.subjectId ? 1 : a.hour - b.hour))
}

/** Slots by which the machine's clock is behind ours; what is on its way for a moment is none. */
const shiftOf = (at: string): number => Math.round((clock.nowMs() - Date.parse(at)) / slotMs)

async function unitsOnMachines(batches: readonly SampleBatch[]): Promise<Set<string>> {
  const unitIds = batches.flatMap(({ samples }) => samples.subjects.flatMap(({ unitId }) => unitId ?? []))
  if (unitIds.length === 0) return new Set()
  const rows = await db.allocation.findMany({
    where: { unitId: { in: unitIds }, machineId: { in: batches.map(({ machineId }) => machineId) }, to: null },
    select: { unitId: true, machineId: true },
  })
  return new Set(rows.map(({ unitId, machineId }) => `${machineId} ${unitId}`))
}
