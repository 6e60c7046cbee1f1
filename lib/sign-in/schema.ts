import { z } from 'zod'
import { plainName } from '@/lib/plain-name'
import { providerKinds } from './known-providers'

const url = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((text) => !/[?#]/.test(text) && !new URL(text).username, { message: 'must be an address without a query' })
  .transform((text) => text.replace(/\/+$/, ''))

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain, as example.org')

/** What may be changed of a provider later. Who it is may not: another issuer is another provider, with people of its own. */
export const ProviderSettingsSchema = z.object({
  name: plainName(60),
  clientId: z.string().trim().min(1).max(300),
  /** Missing = the one that is kept. */
  clientSecret: z.string().min(1).max(2_000).optional(),
  scopes: z
    .string()
    .trim()
    .max(300)
    .regex(/^[\x21\x23-\x5b\x5d-\x7e ]*$/)
    .optional(),
  domains: z.array(domain).max(50).default([]),
  trustsEmail: z.boolean().default(false),
  isEnabled: z.boolean().default(true),
})

export const AddProviderSchema = ProviderSettingsSchema.required({ clientSecret: true }).extend({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,30}$/, 'must be small letters, digits and dashes')
    .refine((id) => id !== 'demo' && id !== 'setup', { message: 'is taken' }),
  kind: z.enum(providerKinds),
  address: url.optional(),
  authorizationUrl: url.optional(),
  tokenUrl: url.optional(),
  userinfoUrl: url.optional(),
})
export type AddProviderInput = z.input<typeof AddProviderSchema>

export const ChangeProviderSchema = ProviderSettingsSchema.extend({ id: z.string().max(40), revision: z.int() })
export type ChangeProviderInput = z.input<typeof ChangeProviderSchema>
export const ProviderRefSchema = z.object({ id: z.string().max(40) })
