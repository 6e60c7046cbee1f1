import { z } from 'zod'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from '@/lib/members/lock-organization'
import { NewOrganizationSchema, RenameOrganizationSchema, slugSchema } from './schema'

export { NewOrganizationSchema, RenameOrganizationSchema }
export const OrganizationRefSchema = z.object({ organization: slugSchema })

const mostOwned = 20

/** Whoever makes one owns it. It can do nothing until operators grant it a runtime, so anybody may. */
export async function createOrganization(
  actor: PersonActor,
  { slug, name, application }: z.infer<typeof NewOrganizationSchema>,
): Promise<{ slug: string }> {
  return transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "User" where id = ${actor.id} for update`
    const owned = await tx.member.count({ where: { userId: actor.id, role: 'owner', organization: { archivedAt: null } } })
    if (owned >= mostOwned) throw new AppError('rate_limited', `You own ${owned} organisations already.`)
    if (await tx.organization.count({ where: { slug } }))
      throw new AppError('name_taken', 'An organisation of this address is there already.', { fields: { slug: 'is taken' } })
    const now = clock.now()
    const { id } = await tx.organization.create({
      data: {
        slug,
        name,
        createdAt: now,
        applications: { create: { slug: application.slug, name: application.name, createdAt: now } },
        members: { create: { userId: actor.id, role: 'owner', createdAt: now } },
      },
    })
    await tell(tx, actor, 'organization.created', id, { slug, name, application: application.slug })
    return { slug }
  })
}

/** Its address stays: links and commands know it by that. */
export async function renameOrganization(actor: Actor, { organization, name }: z.infer<typeof RenameOrganizationSchema>): Promise<void> {
  await transaction(async (tx) => {
    const found = await lockOrganization(tx, actor, organization)
    authorize(actor, 'organization.manage', { organizationId: found.id }, 'This organisation')
    if (found.name === name) return
    await tx.organization.update({ where: { id: found.id }, data: { name } })
    await tell(tx, actor, 'organization.renamed', found.id, { from: found.name, to: name })
  })
}

/** It is not seen any more, and nobody acts for it. What runs has to go first: nobody would look after it. */
export async function archiveOrganization(actor: Actor, { organization }: z.infer<typeof OrganizationRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const found = await lockOrganization(tx, actor, organization)
    authorize(actor, 'organization.delete', { organizationId: found.id }, 'This organisation')
    const services = await tx.service.findMany({ where: { organizationId: found.id, removedAt: null }, select: { name: true }, take: 6 })
    if (services.length > 0)
      throw new AppError('conflict', `Services are left: ${services.map((one) => one.name).join(', ')}. Remove them first.`, {
        reason: 'has_services',
      })
    insistFresh(actor, 'organization.archive')
    await tx.organization.update({ where: { id: found.id }, data: { archivedAt: clock.now() } })
    await tx.invitation.updateMany({ where: { organizationId: found.id, usedAt: null, revokedAt: null }, data: { revokedAt: clock.now() } })
    await tell(tx, actor, 'organization.archived', found.id, {
      slug: found.slug,
      before: { isArchived: false },
      after: { isArchived: true },
    })
  })
}

const tell = (tx: Tx, actor: Actor, name: `organization.${string}`, id: string, data: Record<string, unknown>) =>
  writeEvent(tx, actor, { name, organizationId: id, subject: { kind: 'organization', id }, data })
