import { type SampleSlot, slotMs } from '@/lib/protocol/samples'

export const slotsPerHour = 3_600_000 / slotMs
const measures = ['cpuMillis', 'memoryMib', 'diskMib', 'restarts'] as const
const numberBytes = 4
const slotBytes = measures.length * numberBytes
const unknown = 0xffff_ffff

/** An hour's row: for each slot four numbers of 32 bits in the order of `measures`, all ones where nothing is known. */
export function packHour(before: Uint8Array | undefined, slots: readonly SampleSlot[]): Buffer {
  const bytes = before?.length === slotsPerHour * slotBytes ? Buffer.from(before) : Buffer.alloc(slotsPerHour * slotBytes, 0xff)
  for (const slot of slots) {
    for (const [index, measure] of measures.entries()) {
      const value = slot[measure]
      const at = (slot.slot % slotsPerHour) * slotBytes + index * numberBytes
      // What was known and is not told again stays.
      if (value !== null) bytes.writeUInt32LE(Math.min(value, unknown - 1), at)
    }
  }
  return bytes
}

/** The slots of an hour of which anything is known. */
export function unpackHour(hour: number, packed: Uint8Array): SampleSlot[] {
  const bytes = Buffer.from(packed)
  return Array.from({ length: Math.floor(bytes.length / slotBytes) }, (_, index) => {
    const [cpuMillis, memoryMib, diskMib, restarts] = measures.map((_measure, at) => numberAt(bytes, index * slotBytes + at * numberBytes))
    return { slot: hour * slotsPerHour + index, cpuMillis, memoryMib, diskMib, restarts } as SampleSlot
  }).filter((slot) => measures.some((measure) => slot[measure] !== null))
}

function numberAt(bytes: Buffer, offset: number): number | null {
  const value = bytes.readUInt32LE(offset)
  return value === unknown ? null : value
}

export const hourOf = (slot: number): number => Math.floor(slot / slotsPerHour)
