import * as z from 'zod'
import { Id } from './names'

/** What the processes of units print on its way to the hub. The agent's files are the buffer: nothing waits in memory. */

const offset = z.int().min(0)
const instant = z.iso.datetime()
const RunId = z.string().regex(/^[A-Za-z0-9_-]{1,120}$/)

/** One start of a unit's process. Numbers rise with every start on a machine. */
export const OutputRun = z.object({ id: RunId, generation: z.int().min(0), number: z.int().min(0), startedAt: instant })
export type OutputRun = z.infer<typeof OutputRun>

/** Bytes of each stream since the start of the run. */
export const OutputOffsets = z.object({ stdout: offset, stderr: offset })
export type OutputOffsets = z.infer<typeof OutputOffsets>

/** `gap`: so many bytes were passed over, because they came faster than they may be sent. */
export const OutputLine = z.object({
  at: instant,
  stream: z.enum(['stdout', 'stderr', 'gap']),
  text: z.string().max(40_000),
  skippedBytes: offset.optional(),
})
export type OutputLine = z.infer<typeof OutputLine>

/** What one unit printed between two places of one run. Kept only if the hub stands exactly at `from`, or before this run. */
export const OutputPart = z.object({
  unitId: Id,
  run: OutputRun,
  from: OutputOffsets,
  to: OutputOffsets,
  lines: z.array(OutputLine).max(50_000),
  /** Nothing of this run comes any more. */
  ended: z.boolean(),
  endedAt: instant.nullable(),
  exitCode: z.int().nullable(),
})
export type OutputPart = z.infer<typeof OutputPart>

/** Up to where the hub has a unit's output; null = it has none. `isKept` false: it is no unit of this machine, spare the effort. */
export const OutputPlace = z.object({
  unitId: Id,
  isKept: z.boolean(),
  at: z
    .object({ run: OutputRun.pick({ id: true, generation: true, number: true }), offsets: OutputOffsets, ended: z.boolean() })
    .nullable(),
})
export type OutputPlace = z.infer<typeof OutputPlace>
