import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

export const LogLineSchema = z.object({
  /** 1-based and stable within the record; what #L123 names. */
  line: z.number().int(),
  at: TimeSchema,
  /** Index of the task in the plan; null = the record's own words. */
  task: z.number().int().nullable(),
  attempt: z.number().int(),
  /** section: the headline of a task's attempt; gap: lines that can never come. */
  stream: z.enum(['section', 'stdout', 'stderr', 'system', 'gap']),
  text: z.string(),
})
export type LogLine = z.infer<typeof LogLineSchema>

/** Lines by range: `from` is the 0-based offset among the lines of the filter (a task, or all). */
export const LogPageSchema = z.object({
  from: z.number().int(),
  lines: z.array(LogLineSchema),
  /** How many lines the filter has now. */
  total: z.number().int(),
  /** No line will be added any more. */
  ended: z.boolean(),
  firstErrorLine: z.number().int().nullable(),
  tasks: z.array(z.object({ index: z.number().int(), lines: z.number().int() })),
})
export type LogPage = z.infer<typeof LogPageSchema>

/** Where a text occurs: offsets among the lines of the filter, the first 10,000. */
export const LogMatchesSchema = z.object({ offsets: z.array(z.number().int()), more: z.boolean() })
export type LogMatches = z.infer<typeof LogMatchesSchema>
