import { z } from 'zod'
import type { DeployKind } from '@/lib/db/generated/enums'
import { StageSizeSchema } from '@/lib/services/size-views'
import { ServiceChangeSchema } from '@/lib/services/views'

/** The normalised request as its record keeps it: enough to plan it again at any time, and to retry it. */
export const DeployRequestSchema = z.object({
  /** The release this record brings; null = each placement keeps its own. */
  toReleaseId: z.string().nullable(),
  counts: z.record(z.string(), z.int().min(0).max(1000)),
  /** Unit names; missing = all. */
  unitNames: z.array(z.string()).optional(),
  /** Placements it is about; missing = all of the stage. */
  placementIds: z.array(z.string()).optional(),
  keepData: z.boolean(),
  /** In clusters: everything is applied anew, and fields of others are taken over. */
  takeOver: z.boolean().optional(),
  /** Resize: what the stage says from then on. */
  size: StageSizeSchema.optional(),
  /** Migrate: where its units shall go; missing = as the planner chooses. */
  machineId: z.string().optional(),
})
export type DeployRequest = z.infer<typeof DeployRequestSchema>

/** Of all its places: the service ends with it. Where it stays elsewhere, nobody loses it. */
export const isWholeRemoval = (kind: DeployKind, { placementIds }: Pick<DeployRequest, 'placementIds'>): boolean =>
  kind === 'remove' && placementIds === undefined

/** What a caller sends to change a service: from the screens, the API and the command line alike. */
export const RequestDeploySchema = ServiceChangeSchema.extend({
  counts: z.record(z.string(), z.int().min(0).max(1000)).optional(),
  reason: z.string().trim().max(500).optional(),
})
export type RequestDeployInput = z.infer<typeof RequestDeploySchema>
