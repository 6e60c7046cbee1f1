import { z } from 'zod'
import { PersonSchema, TimeSchema } from '@/lib/views'
import { PoolRefSchema } from './views'

/** What a machine may be called by who adds it: the characters of a host name. */
export const MachineNameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and dashes')

export const mostUses = 1_000
export const mostHours = 30 * 24

export const JoinTokenAskSchema = z.object({
  /** Name of the pool. */
  pool: z.string().min(1).max(100),
  /** The name the machine gets; missing = what it calls itself. */
  machineName: MachineNameSchema.optional(),
  /** How many machines may join with it. */
  maxUses: z.number().int().min(1).max(mostUses).default(1),
  hours: z.number().int().min(1).max(mostHours).default(1),
  /** Ready for units as soon as it joined, instead of waiting for an operator. */
  bringOnline: z.boolean().default(true),
})

export const OfferJoinSchema = JoinTokenAskSchema.extend({
  /** Under which address machines reach the hub. */
  hub: z.url({ protocol: /^https?$/ }).max(300),
})

/** How machines would speak with a hub at this address; undefined = it is none. Agents want a word for `plain`. */
export function reachOf(hub: string): 'tls' | 'loopback' | 'plain' | undefined {
  const url = OfferJoinSchema.shape.hub.safeParse(hub).success ? new URL(hub) : undefined
  if (!url || url.protocol === 'https:') return url && 'tls'
  return /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname) ? 'loopback' : 'plain'
}

/** Agent and Node in one file, for machines that can download nothing. */
export const JoinExecutableSchema = z.object({
  architecture: z.string(),
  /** Where this hub hands it out. */
  path: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  /** To run beside it; holds the token. */
  line: z.string(),
})
export type JoinExecutable = z.infer<typeof JoinExecutableSchema>

/** The line to run on a machine. It holds the token, and is shown once. */
export const JoinOfferSchema = z.object({ id: z.string(), token: z.string(), line: z.string(), executables: z.array(JoinExecutableSchema) })
export type JoinOffer = z.infer<typeof JoinOfferSchema>

export const joinTokenStates = ['open', 'used', 'expired', 'revoked'] as const

export const JoinTokenViewSchema = z.object({
  id: z.string(),
  pool: PoolRefSchema,
  state: z.enum(joinTokenStates),
  machineName: z.string().nullable(),
  uses: z.number().int(),
  maxUses: z.number().int(),
  bringOnline: z.boolean(),
  createdAt: TimeSchema,
  createdBy: PersonSchema,
  expires: TimeSchema,
  /** Who joined with it and is still there, newest first. */
  machines: z.array(z.object({ name: z.string(), heardAt: TimeSchema.nullable() })),
})
export type JoinTokenView = z.infer<typeof JoinTokenViewSchema>

/** Tokens that work now, and those that ended lately. */
export const JoinTokenListSchema = z.object({ items: z.array(JoinTokenViewSchema) })

export const JoinPageSchema = JoinTokenListSchema.extend({
  pools: z.array(PoolRefSchema),
  /** What PUBLIC_URL says; null = machines use the address people use. */
  hub: z.string().nullable(),
  /** Architectures for which the hub has a Node to give to machines without one; null = there is no agent to hand out. */
  nodes: z.array(z.string()).nullable(),
})
export type JoinPageView = z.infer<typeof JoinPageSchema>
