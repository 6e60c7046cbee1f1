import { z } from 'zod'
import { ApprovalViewSchema, DeployRefSchema, DeployRowSchema } from '@/lib/deploys/views'
import { EventViewSchema, TimeSchema } from '@/lib/views'

/** Which record a record goes back to, and how. */
export const becauseKinds = ['promotedFrom', 'retryOf', 'rollbackOf', 'partOf'] as const

/** A deploy that changed a thing: who asked and why, who approved, what it goes back to. */
export const DeployChangeSchema = z.object({
  deploy: DeployRowSchema,
  /** Whose it is, for its address; null = the platform’s. */
  organization: z.string().nullable(),
  decisions: z.array(ApprovalViewSchema),
  because: z.array(z.object({ how: z.enum(becauseKinds), deploy: DeployRefSchema, decisions: z.array(ApprovalViewSchema) })),
})
export type DeployChange = z.infer<typeof DeployChangeSchema>

/** One change of a thing: a deploy, or something that somebody did to it, with what was before and after. */
export const ChangeSchema = z.object({ at: TimeSchema, deploy: DeployChangeSchema.nullable(), event: EventViewSchema.nullable() })
export type Change = z.infer<typeof ChangeSchema>

/** The newest changes of a thing, newest first. */
export const ChangesSchema = z.object({ items: z.array(ChangeSchema) })
export type Changes = z.infer<typeof ChangesSchema>
