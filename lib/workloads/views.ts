import { z } from 'zod'
import { ReleaseRefSchema } from '@/lib/deploys/release-views'
import { TimeSchema } from '@/lib/views'

export const workloadStates = ['none', 'progressing', 'available', 'stopped', 'failed', 'removing', 'removed'] as const
export type WorkloadStateName = (typeof workloadStates)[number]

/** A placement in a cluster, as its page shows it. */
export const WorkloadViewSchema = z.object({
  state: z.enum(workloadStates),
  stateSince: TimeSchema,
  held: z.boolean(),
  heldBy: z.object({ id: z.string(), number: z.number().int() }).nullable(),
  /** The cluster's last word. */
  heardAt: TimeSchema.nullable(),
  /** What is rolled out whole. */
  release: ReleaseRefSchema.nullable(),
  namespace: z.string().nullable(),
  desired: z.number().int(),
  updated: z.number().int(),
  ready: z.number().int(),
  available: z.number().int(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  lastLines: z.string().nullable(),
  /** What was made for it, as the cluster names it: `Deployment/web-stable`. */
  objects: z.array(z.string()),
})
export type WorkloadView = z.infer<typeof WorkloadViewSchema>
