import { z } from 'zod'
import { UnitStateSchema } from '@/lib/services/views'
import { TimeSchema } from '@/lib/views'

/** start, end: a process of the unit came and went; gap: bytes that were passed over. */
export const outputStreams = ['stdout', 'stderr', 'gap', 'start', 'end'] as const
export const OutputStreamSchema = z.enum(outputStreams)
export type OutputStream = z.infer<typeof OutputStreamSchema>

export const OutputLineSchema = z.object({
  unitId: z.string(),
  /** 1-based, for ever the same within the unit. */
  line: z.number().int(),
  at: TimeSchema,
  stream: OutputStreamSchema,
  /** Of a gap the bytes, of a start its number on the machine, of an end the exit code (empty = none is known). */
  text: z.string(),
})
export type OutputLine = z.infer<typeof OutputLineSchema>

export const OutputUnitSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: UnitStateSchema,
  /** Taken away; its output is still kept for some days. */
  removed: z.boolean(),
  machineName: z.string().nullable(),
  /** The last word of its machine; null = never placed. */
  heardAt: TimeSchema.nullable(),
  /** Its last line; null = nothing was printed yet. */
  lastAt: TimeSchema.nullable(),
})
export type OutputUnit = z.infer<typeof OutputUnitSchema>

export const outputRuns = ['all', 'current', 'previous'] as const
export const OutputRunSchema = z.enum(outputRuns)
export type OutputRunChoice = z.infer<typeof OutputRunSchema>

/** Lines of several units in the order of their times. */
export const OutputPageSchema = z.object({
  units: z.array(OutputUnitSchema),
  lines: z.array(OutputLineSchema),
  /** How many lines of these units are kept now. */
  total: z.number().int(),
  /** Reads what comes after these lines. */
  after: z.string(),
  /** Reads what stands before them; null = nothing is kept there. */
  before: z.string().nullable(),
  asOf: TimeSchema,
})
export type OutputPage = z.infer<typeof OutputPageSchema>
