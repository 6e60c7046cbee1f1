import type { Actor } from '@/lib/auth/actor'
import type { Resource } from '@/lib/auth/authorize'
import { lacks, type No } from '@/lib/auth/gate'
import type { Permission } from '@/lib/auth/policy'
import type { Environment } from '@/lib/db/generated/enums'

/** A relation takes effect without an approval of its own: in production those choose it who could give one. */
export const relatePermission = (environment: Environment): Permission =>
  environment === 'production' ? 'relation.set_production' : 'relation.set_test'

/** Why somebody may not choose whom services of an environment talk to; undefined = they may. */
export function whyNotRelate(actor: Actor, environment: Environment, resource: Resource): No | undefined {
  const refused = lacks(actor, relatePermission(environment), resource)
  return refused && environment === 'production' ? { ...refused, code: 'approvers_relate' } : refused
}
