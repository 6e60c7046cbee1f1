import { z } from 'zod'
import { approverRoles } from '@/lib/policies/schema'
import { PersonSchema, TimeSchema } from '@/lib/views'

/** A decision about a record, and what it is worth now. */
export const ApprovalViewSchema = z.object({
  id: z.string(),
  /** Null when a standing policy approved; then `policy` names it and its version. */
  person: PersonSchema.nullable(),
  policy: z.string().nullable(),
  decision: z.enum(['approve', 'reject', 'override', 'second_confirmation']),
  planHash: z.string(),
  reason: z.string().nullable(),
  at: TimeSchema,
  /** counts · withdrawn by its giver · lost (giver may no longer) · void (another hash now). */
  standing: z.enum(['counts', 'withdrawn', 'lost', 'void']),
  lostReason: z.string().nullable(),
  /** From where it was decided; only for those who may read the audit. */
  address: z.string().nullable(),
  /** Of an override: who looked at it afterwards, and what they say. */
  review: z.object({ by: PersonSchema, at: TimeSchema, note: z.string() }).nullable(),
})
export type ApprovalView = z.infer<typeof ApprovalViewSchema>

/** What somebody says about a record. */
export const CommentViewSchema = z.object({ id: z.string(), person: PersonSchema, text: z.string(), at: TimeSchema })
export type CommentView = z.infer<typeof CommentViewSchema>

export const ApprovalRuleSchema = z.object({
  given: z.number().int(),
  needed: z.number().int(),
  /** Those whose approval would count, the viewer first. */
  mayApprove: z.array(PersonSchema),
  /** The environment asks nobody. */
  none: z.boolean(),
  /** Where nobody else may: earliest time of the second confirmation by the requester. */
  secondConfirmationAt: TimeSchema.nullable(),
  /** Whose approvals count. */
  roles: z.array(z.enum(approverRoles)),
  /** The policy that asks: its version, 0 = the platform's floor; null = none does. */
  version: z.number().int().nullable(),
  /** Outside its windows: when they open, and the freeze that shuts them, if one does. */
  shut: z.object({ opensAt: TimeSchema, freeze: z.string().nullable() }).nullable(),
})
export type ApprovalRule = z.infer<typeof ApprovalRuleSchema>
