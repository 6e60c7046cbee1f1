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

const stamped = /^(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))(?: (.*))?$/s

/** A line as clusters send it with their own time of it. What a node says in between, because it cannot follow any longer, has none. */
export function splitStamp(line: string): { stamp: string; text: string } | null {
  const [, stamp, text = ''] = stamped.exec(line) ?? []
  return stamp && !Number.isNaN(Date.parse(stamp)) ? { stamp, text } : null
}

/** The same with its time as all others here. */
export function logLine(line: string): PodLog['lines'][number] {
  const found = splitStamp(line)
  return found ? { at: new Date(found.stamp).toISOString(), text: found.text } : { at: null, text: line }
}

/** One line of several pods, as it comes: `stamp` is the cluster's own time of it, for going on after it; empty = it said none. */
export const PodLineSchema = z.object({ pod: z.string(), stamp: z.string(), text: z.string() })
export type PodLine = z.infer<typeof PodLineSchema>
