import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { Environment } from '@/lib/db/generated/enums'

export const setPermission = (environment: Environment): Permission =>
  environment === 'production' ? 'secret.set_production' : 'secret.set_test'

export const whyNotSet = (actor: Actor, environment: Environment, resource: Resource): No | undefined =>
  lacks(actor, setPermission(environment), resource)

/** What a service takes, or will take, cannot go. */
export function whyNotRemove(actor: Actor, environment: Environment, resource: Resource, users: readonly string[]): No | undefined {
  const refused = whyNotSet(actor, environment, resource)
  if (refused || users.length === 0) return refused
  const names = users.join(', ')
  return { ...no('variable_in_use', `These services take it: ${names}.`), values: { services: names } }
}
