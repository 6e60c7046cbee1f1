import type { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { iso } from '@/lib/iso-time'
import type { OrganizationRefSchema } from './keep-organization'
import type { ArchivedOrganization } from './views'

/** Nobody has a role in what is archived: whoever owned it when that was done brings it back, or an operator. */
export async function restoreOrganization(
  actor: PersonActor,
  { organization: slug }: z.infer<typeof OrganizationRefSchema>,
): Promise<void> {
  await transaction(async (tx) => {
    const found = await tx.organization.findFirst({ where: { slug, archivedAt: { not: null } } })
    const isOwner = found !== null && !actor.token && (await tx.member.count({ where: { ...owned(actor), organizationId: found.id } })) > 0
    if (!isOwner) authorize(actor, 'user.manage', {}, 'This organisation')
    const { count } = await tx.organization.updateMany({ where: { slug, archivedAt: { not: null } }, data: { archivedAt: null } })
    if (!found || count === 0) throw notFound('This organisation')
    await writeEvent(tx, actor, {
      name: 'organization.restored',
      organizationId: found.id,
      subject: { kind: 'organization', id: found.id },
      data: { slug, before: { isArchived: true }, after: { isArchived: false } },
    })
  })
}

const owned = (actor: PersonActor) => ({ userId: actor.id, role: 'owner' as const, applicationId: null })

/** What oneself owned and may bring back. */
export async function listArchived(actor: PersonActor): Promise<ArchivedOrganization[]> {
  const found = await db.organization.findMany({
    where: { archivedAt: { not: null }, members: { some: owned(actor) } },
    orderBy: { archivedAt: 'desc' },
    take: 50,
  })
  return found.map(({ slug, name, archivedAt }) => ({ slug, name, archivedAt: iso(archivedAt as Date) }))
}
