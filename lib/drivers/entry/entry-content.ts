import { z } from 'zod'
import { RouteRuleSchema } from '@/lib/protocol/route'

/** What a route shall be at the ways in of a pool: an approval signs exactly this. */
export const EntryContentSchema = z.object({
  entry: z.literal(1),
  host: z.string(),
  rules: z.array(RouteRuleSchema),
  release: z.object({ id: z.string(), number: z.int() }),
})
export type EntryContent = z.output<typeof EntryContentSchema>

export const readEntryContent = (text: string): EntryContent => EntryContentSchema.parse(JSON.parse(text))
