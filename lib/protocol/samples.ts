import * as z from 'zod'
import { Id } from './names'

/** What one slot stands for, counted from the epoch: the same for everybody, so that hours begin with one. */
export const slotMs = 5 * 60_000
export const slotsPerDay = 86_400_000 / slotMs

const most = 0xffff_fffe
const amount = z.int().min(0).max(most).nullable()

/** One slot of one subject; null = not known. CPU is the mean, memory the most, disk and starts the last. */
export const SampleSlot = z.object({
  slot: z.int().min(0).max(most),
  cpuMillis: amount,
  memoryMib: amount,
  diskMib: amount,
  /** How often its process has been started again since the unit came to this machine. */
  restarts: amount,
})
export type SampleSlot = z.infer<typeof SampleSlot>

/** `unitId` null: the machine itself. */
export const SampledSubject = z.object({ unitId: Id.nullable(), slots: z.array(SampleSlot).min(1).max(slotsPerDay) })
export type SampledSubject = z.infer<typeof SampledSubject>
