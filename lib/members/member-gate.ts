import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { RoleName } from '@/lib/organizations/views'

interface Held {
  readonly userId: string
  readonly organizationId: string
  readonly applicationId: string | null
  readonly role: RoleName
}

export interface MemberFacts {
  /** Owners of the organisation who are not blocked. */
  readonly owners: readonly string[]
}

const lastOwner = (): No => no('last_owner', 'The organisation needs an owner: make somebody else one first.')
const isLastOwner = ({ userId, role }: Held, { owners }: MemberFacts): boolean =>
  role === 'owner' && owners.every((owner) => owner === userId)

/** May this role be given there? Only an owner makes owners, and an owner is one of the whole organisation. */
export function whyNotGive(actor: Actor, role: RoleName, where: Pick<Held, 'organizationId' | 'applicationId'>): No | undefined {
  const refused = lacks(actor, 'organization.manage', where) ?? (role === 'owner' ? lacks(actor, 'organization.delete', where) : undefined)
  if (refused) return refused
  return role === 'owner' && where.applicationId
    ? no('owner_of_whole', 'Owners own the whole organisation, not one application.')
    : undefined
}

export function whyNotChange(actor: Actor, member: Held, facts: MemberFacts, to?: RoleName): No | undefined {
  const refused = whyNotGive(actor, member.role, member) ?? (to ? whyNotGive(actor, to, member) : undefined)
  if (refused) return refused
  return to !== 'owner' && isLastOwner(member, facts) ? lastOwner() : undefined
}

/** Operators take nothing from owners: they say who owns only what nobody owns any more. */
export const whyNotAppoint = (actor: Actor, owners: readonly string[]): No | undefined =>
  lacks(actor, 'user.manage', {}) ?? (owners.length > 0 ? no('has_owner', 'It has an owner, who may say who else owns it.') : undefined)

/** Oneself always goes, but for the last owner; others are taken out by who could have given them the role. */
export function whyNotRemove(actor: Actor, member: Held, facts: MemberFacts): No | undefined {
  // A program leaves for nobody, unless it may take members out.
  const isOneself = member.userId === actor.id && !(actor.kind === 'person' && actor.token)
  if (isOneself) return isLastOwner(member, facts) ? lastOwner() : undefined
  return whyNotChange(actor, member, facts)
}
