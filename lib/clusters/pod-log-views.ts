import { z } from 'zod'
import { TimeSchema } from '@/lib/views'

export const PodLogSchema = z.object({
  pod: z.string(),
  container: z.string(),
  previous: z.boolean(),
  lines: z.array(z.object({ at: TimeSchema.nullable(), text: z.string() })),
  /** There are older lines than these. */
  isCut: z.boolean(),
  asOf: TimeSchema,
})
export type PodLog = z.infer<typeof PodLogSchema>
