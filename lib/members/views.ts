import { z } from 'zod'
import { RoleSchema } from '@/lib/organizations/views'
import { GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'

const ApplicationRefSchema = z.object({ id: z.string(), slug: z.string(), name: z.string() })

/** A role of somebody, in the whole organisation or one of its applications. */
export const MemberViewSchema = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  isBlocked: z.boolean(),
  isYou: z.boolean(),
  role: RoleSchema,
  application: ApplicationRefSchema.nullable(),
  since: TimeSchema,
  gates: z.object({ change: GateSchema, remove: GateSchema }),
})
export type MemberView = z.infer<typeof MemberViewSchema>

export const InvitationViewSchema = z.object({
  id: z.string(),
  role: RoleSchema,
  application: ApplicationRefSchema.nullable(),
  email: z.string().nullable(),
  by: PersonSchema,
  expires: TimeSchema,
})
export type InvitationView = z.infer<typeof InvitationViewSchema>

export const roleRequestStates = ['asked', 'granted', 'refused', 'withdrawn'] as const

/** Somebody who is here asks for a stronger role. */
export const RoleRequestViewSchema = z.object({
  id: z.string(),
  by: PersonSchema,
  isYou: z.boolean(),
  role: RoleSchema,
  application: ApplicationRefSchema.nullable(),
  reason: z.string(),
  state: z.enum(roleRequestStates),
  at: TimeSchema,
  gate: GateSchema,
})
export type RoleRequestView = z.infer<typeof RoleRequestViewSchema>

export const MembersViewSchema = pageOf(MemberViewSchema).extend({
  organization: z.object({ slug: z.string(), name: z.string() }),
  applications: z.array(ApplicationRefSchema.extend({ gates: z.object({ rename: GateSchema, archive: GateSchema }) })),
  /** Applications that can be brought back; only for those who may. */
  archived: z.array(ApplicationRefSchema.extend({ at: TimeSchema })),
  /** Links that nobody has used yet; only for those who may invite. */
  invitations: z.array(InvitationViewSchema),
  /** What is asked for: one's own, and what the reader may decide. */
  requests: z.array(RoleRequestViewSchema),
  /** Roles that the reader may ask for. */
  askable: z.array(RoleSchema),
  /** Roles that the reader may give. */
  roles: z.array(RoleSchema),
  gates: z.object({
    invite: GateSchema,
    makeApplication: GateSchema,
    rename: GateSchema,
    giveAway: GateSchema,
    archive: GateSchema,
    leave: GateSchema,
  }),
})
export type MembersView = z.infer<typeof MembersViewSchema>

/** What an invitation says to whoever holds its link. */
export const InvitedViewSchema = z.object({
  organizationName: z.string(),
  applicationName: z.string().nullable(),
  role: RoleSchema,
  by: z.string(),
  email: z.string().nullable(),
  expires: TimeSchema,
})
export type InvitedView = z.infer<typeof InvitedViewSchema>
