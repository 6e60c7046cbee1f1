import { z } from 'zod'
import { CommandTargetSchema } from '@/lib/commands/views'
import { EnvironmentSchema, TimeSchema } from '@/lib/views'

export const UpdateAgentsSchema = z.object({
  /** Name of a pool. */
  pool: z.string().max(100),
  /** Machines of the first wave. */
  first: z.int().min(1).max(1000).default(1),
  /** Part of all in the second; the third are the rest. */
  percent: z.int().min(0).max(100).default(10),
  reason: z.string().trim().max(500).optional(),
  /** From the preview: exactly these machines, exactly this agent. */
  expectedHash: z.string().max(64).optional(),
})
export type UpdateAgentsInput = z.input<typeof UpdateAgentsSchema>
export type UpdateAgentsAsk = z.output<typeof UpdateAgentsSchema>

export const AgentUpdatePreviewSchema = z.object({
  expectedHash: z.string(),
  version: z.string(),
  waves: z.array(z.int()),
  targets: z.array(CommandTargetSchema),
  leftOut: z.array(CommandTargetSchema),
})
export type AgentUpdatePreview = z.infer<typeof AgentUpdatePreviewSchema>

export const AgentsViewSchema = z.object({
  /** The agent that came with this hub; null where none did. */
  build: z.object({ version: z.string(), digest: z.string(), publishedAt: TimeSchema }).nullable(),
  pools: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      environment: EnvironmentSchema,
      machines: z.int(),
      versions: z.array(z.object({ version: z.string().nullable(), count: z.int() })),
      /** Machines that run another agent than the one of this hub. */
      behind: z.int(),
      /** Number of an update under way. */
      live: z.int().nullable(),
    }),
  ),
  asOf: TimeSchema,
})
export type AgentsView = z.infer<typeof AgentsViewSchema>
