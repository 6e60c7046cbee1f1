import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { Member, Organization } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import type { MemberFacts } from './member-gate'

/** Who belongs to an organisation changes one after the other: two owners who leave at once are one too many. */
export async function lockOrganization(tx: Tx, actor: Actor, slug: string): Promise<Organization> {
  const found = await tx.organization.findUnique({ where: { slug, archivedAt: null } })
  if (!found) throw notFound('This organisation')
  if (actor.kind === 'person' && !actor.grants.some((grant) => grant.organizationId === found.id)) throw notFound('This organisation')
  await tx.$queryRaw`select 1 from "Organization" where id = ${found.id} for update`
  return tx.organization.findUniqueOrThrow({ where: { id: found.id } })
}

/** One role of somebody, for a use case that changes it. */
export async function lockMember(
  tx: Tx,
  actor: Actor,
  { organization: slug, id }: { organization: string; id: string },
): Promise<{ organization: Organization; member: Member; facts: MemberFacts }> {
  const organization = await lockOrganization(tx, actor, slug)
  const member = await tx.member.findFirst({ where: { id, organizationId: organization.id } })
  if (!member) throw notFound('This member')
  authorize(actor, 'organization.see', { organizationId: organization.id, applicationId: member.applicationId }, 'This member')
  return { organization, member, facts: { owners: await ownersOf(tx, organization.id) } }
}

export async function ownersOf(tx: Tx, organizationId: string): Promise<string[]> {
  const owners = await tx.member.findMany({
    where: { organizationId, applicationId: null, role: 'owner', user: { blockedAt: null } },
    select: { userId: true },
  })
  return owners.map((owner) => owner.userId)
}
