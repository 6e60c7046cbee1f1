import type { PersonActor } from '@/lib/auth/actor'
import { db, type Tx } from '@/lib/db/client'
import type { Role } from '@/lib/db/generated/enums'

/** People of an organisation with what they may there, in one query. For naming who could do something, and for who may approve. */
export async function listMembers(
  organizationId: string,
  { roles, tx = db, limit = 500 }: { roles?: readonly Role[]; tx?: Tx; limit?: number } = {},
): Promise<PersonActor[]> {
  const rows = await tx.member.findMany({
    // Joined, everybody would be read before the limit.
    relationLoadStrategy: 'query',
    where: {
      organizationId,
      user: { blockedAt: null },
      organization: { archivedAt: null },
      ...(roles ? { role: { in: [...roles] } } : {}),
    },
    include: { user: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: limit,
  })
  const people = new Map<string, PersonActor & { grants: PersonActor['grants'][number][] }>()
  for (const { user, applicationId, role } of rows) {
    const { id, name, email, isOperator, isReviewer } = user
    const person = people.get(id) ?? { kind: 'person' as const, id, name: name ?? email, isOperator, isReviewer, grants: [] }
    person.grants.push({ organizationId, applicationId, role })
    people.set(id, person)
  }
  return [...people.values()]
}

/** Those who run the platform. */
export async function listOperators(limit = 10): Promise<PersonActor[]> {
  const users = await db.user.findMany({ where: { isOperator: true, blockedAt: null }, orderBy: { createdAt: 'asc' }, take: limit })
  return users.map(({ id, name, email, isReviewer }) => ({
    kind: 'person',
    id,
    name: name ?? email,
    isOperator: true,
    isReviewer,
    grants: [],
  }))
}
