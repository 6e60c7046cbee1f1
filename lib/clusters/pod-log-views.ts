import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

export const PodLogSchema = z.object({
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  lines: z.array(z.object({ at: TimeSchema.nullable(), text: z.string() })),
  /** There are older lines than these. */
  isCut: z.boolean(),
  /** The pod is gone, and this was kept while it went. */
  isKept: z.boolean(),
  asOf: TimeSchema,
})
export type PodLog = z.infer<typeof PodLogSchema>

const stamped = /^(\d{4}-\d{2}-\d{2}T[\d:.]+)(Z|[+-]\d{2}:\d{2}) ?(.*)$/s

/** A line as clusters send it with its time. */
export function logLine(line: string): PodLog['lines'][number] {
  const [, time, zone, text] = stamped.exec(line) ?? []
  const at = time ? new Date(`${time.slice(0, 23)}${zone}`) : null
  return at && !Number.isNaN(at.getTime()) ? { at: at.toISOString(), text: text ?? '' } : { at: null, text: line }
}

/** One line of several pods, as it comes: `stamp` is the cluster's own time of it, for going on after it. */
export const PodLineSchema = z.object({ pod: z.string(), stamp: z.string(), text: z.string() })
export type PodLine = z.infer<typeof PodLineSchema>
