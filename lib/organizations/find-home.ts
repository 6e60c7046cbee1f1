import type { PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'

/** Where a person begins: the first organisation they belong to, else the platform, else the page that says they have nothing yet. */
export async function findHome(actor: PersonActor): Promise<string> {
  const slug = await findHomeOrganization(actor)
  if (slug) return `/o/${slug}/overview`
  return actor.isOperator ? '/platform/machines' : '/me'
}

/** The first organisation they belong to, which stands around pages that belong to none. */
export async function findHomeOrganization(actor: PersonActor): Promise<string | null> {
  const organization = await db.organization.findFirst({
    where: { id: { in: actor.grants.map((grant) => grant.organizationId) }, archivedAt: null },
    orderBy: { createdAt: 'asc' },
    select: { slug: true },
  })
  return organization?.slug ?? null
}
