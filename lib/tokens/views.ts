import { z } from 'zod'
import { scopeNames } from '@/lib/auth/scopes'
import { GateSchema, PersonSchema, TimeSchema } from '@/lib/views'

export const ScopeNameSchema = z.enum(scopeNames)
export type ScopeName = z.infer<typeof ScopeNameSchema>

/** A token as people see it again: never the token itself. */
export const TokenViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Its first characters. */
  prefix: z.string(),
  scopes: z.array(z.string()),
  organization: z.object({ slug: z.string(), name: z.string() }).nullable(),
  application: z.object({ slug: z.string(), name: z.string() }).nullable(),
  /** The services it is limited to; empty = all. */
  services: z.array(z.string()),
  by: PersonSchema,
  createdAt: TimeSchema,
  expires: TimeSchema,
  lastUsedAt: TimeSchema.nullable(),
  lastAddress: z.string().nullable(),
  state: z.enum(['active', 'expired', 'revoked']),
  revoked: z.object({ at: TimeSchema, by: PersonSchema.nullable() }).nullable(),
  gates: z.object({ revoke: GateSchema }),
})
export type TokenView = z.infer<typeof TokenViewSchema>

export const TokensViewSchema = z.object({
  /** The organisation whose tokens they are; null = one's own. */
  organization: z.object({ slug: z.string(), name: z.string() }).nullable(),
  items: z.array(TokenViewSchema),
  /** Scopes that the reader may give, and where: what a new token may be limited to. */
  scopes: z.array(ScopeNameSchema),
  places: z.array(
    z.object({
      slug: z.string(),
      name: z.string(),
      applications: z.array(z.object({ slug: z.string(), name: z.string(), services: z.array(z.string()) })),
    }),
  ),
  gates: z.object({ make: GateSchema }),
})
export type TokensView = z.infer<typeof TokensViewSchema>

/** What is said once. */
export const MadeTokenSchema = z.object({ id: z.string(), token: z.string(), expires: TimeSchema })
export type MadeToken = z.infer<typeof MadeTokenSchema>
