import { z } from 'zod'
import { StageSizeSchema } from '@/lib/services/size-views'

/** What a plan promises: the stage as it will be when the record succeeded. Plans made while it is live start from here. */
export const PlanNotesSchema = z.object({
  placements: z.array(
    z.object({
      id: z.string(),
      releaseId: z.string().nullable(),
      count: z.number().int(),
      /** Of a placement in a cluster: what it will have. */
      workload: z.object({ state: z.enum(['available', 'stopped', 'removed']), contentDigest: z.string().nullable() }).optional(),
    }),
  ),
  units: z.array(
    z.object({
      name: z.string(),
      ordinal: z.number().int(),
      placementId: z.string(),
      releaseId: z.string().nullable(),
      contentDigest: z.string().nullable(),
      machineId: z.string(),
      machineName: z.string(),
      address: z.string(),
      ports: z.record(z.string(), z.number().int()),
      resources: z.object({ cpuMillis: z.number(), memoryMib: z.number(), diskMib: z.number() }).nullable().default(null),
    }),
  ),
  /** Of the stage; missing in a plan of before sizes could change. */
  size: StageSizeSchema.optional(),
})
export type PlanNotes = z.infer<typeof PlanNotesSchema>
