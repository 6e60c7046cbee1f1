import { z } from 'zod'
import { EnvironmentSchema } from '@/lib/views'

/** Which route is meant: a host is one route in each environment. */
export const RouteAddressSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  host: z.string().max(253),
})
export type RouteAddress = z.output<typeof RouteAddressSchema>
