import { z } from 'zod'
import { GateSchema, PersonSchema, pageOf, TimeSchema } from '@/lib/views'

/** A person of the demo, as the page behind the one-time link offers them. */
export const DemoPersonSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  /** developer, admin, operator, viewer or outsider (member of another organisation). */
  part: z.enum(['developer', 'admin', 'owner', 'operator', 'viewer', 'outsider']),
  organizationName: z.string().nullable(),
  isBlocked: z.boolean(),
})
export type DemoPerson = z.infer<typeof DemoPersonSchema>

export const DemoPeopleSchema = z.object({
  people: z.array(DemoPersonSchema),
  signedInAs: z.string().nullable(),
  expires: z.iso.datetime(),
})
export type DemoPeople = z.infer<typeof DemoPeopleSchema>

/** One browser in which oneself is signed in. */
export const SessionViewSchema = z.object({
  id: z.string(),
  /** As far as its User-Agent says. */
  browser: z.string().nullable(),
  system: z.string().nullable(),
  address: z.string().nullable(),
  signedInAt: TimeSchema,
  lastUsedAt: TimeSchema,
  /** When it ends if nobody uses it. */
  expires: TimeSchema,
  /** The name of the provider it came through; null for the demo. */
  provider: z.string().nullable(),
  isCurrent: z.boolean(),
})
export type SessionView = z.infer<typeof SessionViewSchema>

export const MeViewSchema = z.object({
  name: z.string(),
  email: z.string(),
  /** Signed in so lately that nothing asks for it again. */
  isFresh: z.boolean(),
  sessions: z.array(SessionViewSchema),
})
export type MeView = z.infer<typeof MeViewSchema>

export const userFilters = ['blocked', 'operator', 'reviewer', 'nowhere'] as const

/** A person as operators see them. */
export const UserViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  isOperator: z.boolean(),
  isReviewer: z.boolean(),
  createdAt: TimeSchema,
  lastSignInAt: TimeSchema.nullable(),
  sessions: z.number().int(),
  blocked: z.object({ at: TimeSchema, reason: z.string(), by: PersonSchema.nullable() }).nullable(),
  organizations: z.array(z.object({ slug: z.string(), name: z.string(), role: z.string(), application: z.string().nullable() })),
  gates: z.object({ block: GateSchema, unblock: GateSchema }),
})
export type UserView = z.infer<typeof UserViewSchema>

export const UserListSchema = pageOf(UserViewSchema).extend({
  /** How many are blocked. Counts to 99. */
  blocked: z.number().int(),
})
export type UserList = z.infer<typeof UserListSchema>
