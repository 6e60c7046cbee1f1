import { z } from 'zod'

/** A release as it is written beside an arrow: r13 1.5.0. */
export const ReleaseRefSchema = z.object({ id: z.string(), number: z.number().int(), version: z.string() })
export type ReleaseRef = z.infer<typeof ReleaseRefSchema>
