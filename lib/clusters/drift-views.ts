import { z } from 'zod'
import { SentenceSchema, TimeSchema } from '@/lib/views'

export const DriftObjectSchema = z.object({
  /** `Deployment/web-stable` */
  object: z.string(),
  isMissing: z.boolean(),
  /** What putting it back would change; values of secrets never stand here. */
  changes: z.array(z.object({ path: z.string(), now: z.string().nullable(), wanted: z.string().nullable() })),
  /** Who keeps fields that are not as they shall be. */
  owners: z.array(z.object({ field: z.string(), owner: z.string() })),
  /** It is there already, and somebody else's. */
  isForeign: z.boolean(),
  /** It could not be asked for: what the cluster says. */
  refused: z.string().nullable(),
})
export type DriftObject = z.infer<typeof DriftObjectSchema>

export const DriftSchema = z.object({
  clusters: z.array(
    z.object({
      placementId: z.string(),
      runtimeName: z.string(),
      /** Why it could not be asked; null = it answered. */
      trouble: SentenceSchema.nullable(),
      /** Only what differs; empty = everything is as its release says. */
      objects: z.array(DriftObjectSchema),
    }),
  ),
  asOf: TimeSchema,
})
export type Drift = z.infer<typeof DriftSchema>
