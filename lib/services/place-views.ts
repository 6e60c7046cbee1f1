import { z } from 'zod'
import { SentenceSchema } from '@/lib/views'

/** Machines that a unit could be moved to, the best first. */
export const PlacesSchema = z.object({
  unitName: z.string(),
  places: z.array(
    z.object({
      machineId: z.string(),
      machineName: z.string(),
      freeCpuMillis: z.int(),
      freeMemoryMib: z.int(),
      /** Null: it can take the unit. */
      whyNot: SentenceSchema.nullable(),
    }),
  ),
  /** Machines of the pool beyond those. */
  left: z.int(),
})
export type PlacesView = z.infer<typeof PlacesSchema>
