import type { Act, Environment } from '@/lib/views'

interface Address {
  organization: string
  application: string
  environment: Environment
  name: string
}

/** Server actions of the page of variables. */
export interface VariableActions {
  create: Act<Address & { value: string; secret: boolean }, { version: number }>
  rotate: Act<Address & { value: string; seenVersion: number }, { version: number }>
  remove: Act<Address>
}

export interface VariablePlace {
  organizationSlug: string
  applicationSlug: string
  actions: VariableActions
}
