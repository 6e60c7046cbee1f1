import type { Act, Environment } from '@/lib/views'

export interface RegistryAddress {
  organization: string
  application: string
  environment: Environment
  server: string
}

/** Server actions of image registries. */
export interface RegistryActions {
  set: Act<RegistryAddress & { username: string; password: string }, { revision: number }>
  remove: Act<RegistryAddress>
}

export interface RegistryPlace {
  organizationSlug: string
  applicationSlug: string
  actions: RegistryActions
}
