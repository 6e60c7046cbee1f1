import { z } from 'zod'

const record = z.object({ recordId: z.string() })

/** Names and payloads only (ids, never content), so that a page can enqueue without loading a worker. */
export const jobs = {
  'deploy.plan': record,
  'deploy.advance': record,
  'deploy.run-tasks': record,
  'deploy.stop-tasks': record,
  'deploy.roll-back': record,
  'route.carry-out': z.object({ placementId: z.string() }),
  /** With the deploy that changed something on the other side, where it was one. */
  'relation.tell': z.object({ stageId: z.string(), recordId: z.string().optional() }),
} satisfies Record<string, z.ZodType>

export type JobName = keyof typeof jobs
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]>
