import { z } from 'zod'
import type { ImageRegistry } from '@/lib/db/generated/client'
import { decrypt } from '@/lib/encrypt'
import { EnvironmentSchema } from '@/lib/views'
import { RegistryServerSchema } from './views'

/** How a registry of an application is addressed. */
export const RegistryAddressSchema = z.object({
  organization: z.string(),
  application: z.string(),
  environment: EnvironmentSchema,
  server: RegistryServerSchema,
})

export const passwordPlace = (id: string, revision: number): string => `ImageRegistry/${id}/${revision}/password`

export const openRegistry = ({ id, revision, server, username, password }: ImageRegistry) => ({
  server,
  username,
  password: decrypt(password, passwordPlace(id, revision)),
})
