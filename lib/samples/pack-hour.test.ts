import { expect, test } from 'vitest'
import { SampleRing } from '@/agent/sample-ring'
import { type SampleSlot, slotMs, slotsPerDay } from '@/lib/protocol/samples'
import { Random } from '@/lib/testing/model/random'
import { hourOf, packHour, slotsPerHour, unpackHour } from './pack-hour'
import { restartsIn, seriesOf } from './series'

const slot = (number: number, change: Partial<SampleSlot> = {}): SampleSlot => ({
  slot: number,
  cpuMillis: null,
  memoryMib: null,
  diskMib: null,
  restarts: null,
  ...change,
})

test('whatever is told in whatever pieces, an hour gives back the last of each, and gaps as gaps', () => {
  const random = new Random(7)
  for (let round = 0; round < 200; round += 1) {
    const hour = random.int(1_000_000)
    const expected = new Map<number, SampleSlot>()
    let bytes: Buffer | undefined
    for (let piece = 0; piece < 4; piece += 1) {
      const told = Array.from({ length: random.int(5) }, () => {
        const maybe = (most: number) => (random.chance(0.3) ? null : random.int(most))
        const amounts = { cpuMillis: maybe(2 ** 31), memoryMib: maybe(10), diskMib: maybe(0xffff), restarts: maybe(3) }
        return slot(hour * slotsPerHour + random.int(slotsPerHour), amounts)
      })
      bytes = packHour(bytes, told)
      for (const one of told) {
        const before = expected.get(one.slot) ?? slot(one.slot)
        const known = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null))
        expected.set(one.slot, { ...before, ...known })
      }
    }
    const isKnown = (one: SampleSlot) => [one.cpuMillis, one.memoryMib, one.diskMib, one.restarts].some((value) => value !== null)
    const wanted = [...expected.values()].filter(isKnown).sort((a, b) => a.slot - b.slot)
    expect(unpackHour(hour, bytes ?? Buffer.alloc(0))).toEqual(wanted)
    expect(wanted.every((one) => hourOf(one.slot) === hour)).toBe(true)
  }
})

test('a day has a place for every slot; starts are counted through a count that begins anew', () => {
  const series = seriesOf([slot(1000, { cpuMillis: 5 }), slot(998, { cpuMillis: 7, memoryMib: 9 })], 1000)
  expect(series.cpuMillis).toHaveLength(slotsPerDay)
  expect(series.cpuMillis.slice(-3)).toEqual([7, null, 5])
  expect(series.memoryMib.slice(-3)).toEqual([9, null, null])
  const counts = (...list: (number | null)[]) => list.map((restarts, index) => slot(index, { restarts }))
  expect(restartsIn(counts(3, null, 5, 5), false)).toBe(2)
  expect(restartsIn(counts(3, 5), true)).toBe(5)
  expect(restartsIn(counts(4, 0, 2), false)).toBe(2)
  expect(restartsIn(counts(null), false)).toBeNull()
})

test('the agent’s ring keeps a day, makes one slot of many looks, and tells a slot again when it has grown', () => {
  const ring = new SampleRing()
  const look = (cpuMs: number | undefined, memoryMib = 10) => ({ cpuMs, memoryMib, diskMib: undefined, restarts: 1 })
  ring.add(look(1000), 0, 0)
  ring.add(look(1500, 30), 10_000, 1000)
  ring.add(look(100, 20), 20_000, 2000)
  expect(ring.take()).toEqual([slot(0, { cpuMillis: 300, memoryMib: 30, restarts: 1 })])
  expect(ring.isTold).toBe(true)
  ring.add(look(undefined), 30_000, 3000)
  ring.add(look(5000), 40_000, 4000)
  expect(ring.take()).toEqual([slot(0, { cpuMillis: 300, memoryMib: 30, restarts: 1 })])
  for (let index = 1; index < 2 * slotsPerDay; index += 1) ring.add(look(5000), index * slotMs, 4000 + index)
  expect(ring.take().map((one) => one.slot)).toEqual(Array.from({ length: slotsPerDay }, (_, index) => slotsPerDay + index))
})
