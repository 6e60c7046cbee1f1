import { z } from 'zod'
import { EnvironmentSchema, GateSchema, PersonSchema, TimeSchema } from '@/lib/views'

/** As the name of an image begins: a host, with its port where it has one. */
export const RegistryServerSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:[0-9]{1,5})?$/,
    'Write a host as images name it, such as ghcr.io.',
  )

export const RegistryUsernameSchema = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^:]+$/, 'A user name holds no colon.')
  .refine((name) => !/\p{Cc}/u.test(name), 'A user name holds no control characters.')
export const RegistryPasswordSchema = z.string().min(1).max(8_000)

export const RegistrySchema = z.object({
  environment: EnvironmentSchema,
  server: z.string(),
  username: z.string(),
  /** How often it was set. */
  revision: z.int(),
  by: PersonSchema,
  at: TimeSchema,
})
export type RegistryView = z.infer<typeof RegistrySchema>

export const RegistriesSchema = z.object({
  items: z.array(RegistrySchema),
  /** The application has a namespace in some cluster: elsewhere nothing is pulled. */
  hasClusters: z.boolean(),
  gates: z.object({ test: GateSchema, production: GateSchema }),
})
export type RegistriesView = z.infer<typeof RegistriesSchema>
