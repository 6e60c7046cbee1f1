import { z } from 'zod'
import { GateSchema, TimeSchema } from '@/lib/views'
import { knownProvider, type ProviderKind, providerKinds } from './known-providers'

/** A way to sign in, as everybody sees it. */
export const WaySchema = z.object({ id: z.string(), name: z.string() })
export type Way = z.infer<typeof WaySchema>

/** What may be wrong with a provider when it is tried. */
export const testProblems = [
  'bad_address',
  'address_refused',
  'unknown_host',
  'unreachable',
  'too_slow',
  'too_large',
  'elsewhere',
  'no_discovery',
  'other_issuer',
  'no_keys',
] as const
export type TestProblem = (typeof testProblems)[number]

/** A provider as operators see it. Its secret never leaves. */
export const ProviderViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(providerKinds),
  address: z.string().nullable(),
  authorizationUrl: z.string().nullable(),
  tokenUrl: z.string().nullable(),
  userinfoUrl: z.string().nullable(),
  clientId: z.string(),
  scopes: z.string(),
  domains: z.array(z.string()),
  trustsEmail: z.boolean(),
  isEnabled: z.boolean(),
  revision: z.int(),
  /** How many people are known by it. */
  people: z.int(),
  tested: z.object({ at: TimeSchema, problem: z.enum(testProblems).nullable() }).nullable(),
})
export type ProviderView = z.infer<typeof ProviderViewSchema>

export const ProvidersViewSchema = z.object({ items: z.array(ProviderViewSchema), gates: z.object({ manage: GateSchema }) })
export type ProvidersView = z.infer<typeof ProvidersViewSchema>

/** The question whether a provider's account belongs to a person who is here already. */
export const ConnectionViewSchema = z.object({
  provider: WaySchema,
  email: z.string(),
  name: z.string(),
  /** The person of the account is the one who is signed in. */
  isYou: z.boolean(),
})
export type ConnectionView = z.infer<typeof ConnectionViewSchema>

/** What the form asks for each kind: nothing, its address, or all three. */
export const providerChoices = providerKinds.map((kind) => {
  const { title, address } = knownProvider(kind)
  return { kind, title, asks: kind === 'oauth2' ? ('urls' as const) : address ? ('nothing' as const) : ('address' as const) }
})
export const titleOf = (kind: ProviderKind): string => knownProvider(kind).title
