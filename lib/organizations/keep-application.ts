import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Application } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from '@/lib/members/lock-organization'
import { archiveFacts } from './archive-facts'
import { whyNotArchive } from './archive-gate'
import { ApplicationRefSchema, NewApplicationSchema, RenameApplicationSchema } from './schema'

export { ApplicationRefSchema, NewApplicationSchema, RenameApplicationSchema }

/** Each is an account on every machine and a namespace in every cluster it may use. */
const most = 100

/** One more application. It uses what its organisation was granted; clusters get its namespace by themselves. */
export async function createApplication(
  actor: Actor,
  { organization, slug, name }: z.infer<typeof NewApplicationSchema>,
): Promise<{ slug: string }> {
  return transaction(async (tx) => {
    const found = await lockOrganization(tx, actor, organization)
    authorize(actor, 'organization.manage', { organizationId: found.id }, 'This organisation')
    const taken = await tx.application.findMany({ where: { organizationId: found.id }, select: { slug: true, archivedAt: true } })
    const same = taken.find((one) => one.slug === slug)
    if (same) {
      const says = same.archivedAt ? 'An archived application has this address: restore it, or take another.' : undefined
      throw new AppError('name_taken', says ?? 'An application of this address is there already.', { fields: { slug: 'is taken' } })
    }
    if (taken.length >= most) throw new AppError('conflict', `There are ${most} applications already.`, { reason: 'too_many' })
    const { id } = await tx.application.create({ data: { organizationId: found.id, slug, name, createdAt: clock.now() } })
    await writeEvent(tx, actor, {
      name: 'organization.application_created',
      organizationId: found.id,
      subject: { kind: 'organization', id: found.id },
      data: { applicationId: id, application: slug, name },
    })
    return { slug }
  })
}

/** Its address stays: links, commands and files know it by that. */
export async function renameApplication(
  actor: Actor,
  { organization, application, name }: z.infer<typeof RenameApplicationSchema>,
): Promise<void> {
  await transaction(async (tx) => {
    const found = await lockApplication(tx, actor, { organization, application })
    if (found.name === name) return
    await tx.application.update({ where: { id: found.id }, data: { name } })
    await tell(tx, actor, 'organization.application_renamed', found, { from: found.name, to: name })
  })
}

/** It is not seen any more and nothing is put into it; what it had is kept, and it can be restored. What runs in it has to go first. */
export async function archiveApplication(actor: Actor, ref: z.infer<typeof ApplicationRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const found = await lockApplication(tx, actor, ref)
    const factsOf = await archiveFacts(tx, found.organizationId, [found.id])
    refuse(whyNotArchive(actor, found, factsOf(found.id)))
    await tx.application.update({ where: { id: found.id }, data: { archivedAt: clock.now() } })
    await tx.invitation.updateMany({ where: { applicationId: found.id, usedAt: null, revokedAt: null }, data: { revokedAt: clock.now() } })
    await tell(tx, actor, 'organization.application_archived', found, {
      name: found.name,
      before: { isArchived: false },
      after: { isArchived: true },
    })
  })
}

/** As it was: with its members, variables and history. */
export async function restoreApplication(actor: Actor, ref: z.infer<typeof ApplicationRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const found = await lockApplication(tx, actor, { ...ref, isArchived: true })
    await tx.application.update({ where: { id: found.id }, data: { archivedAt: null } })
    await tell(tx, actor, 'organization.application_restored', found, {
      name: found.name,
      before: { isArchived: true },
      after: { isArchived: false },
    })
  })
}

interface Named extends z.infer<typeof ApplicationRefSchema> {
  readonly isArchived?: true
}

/** Whoever puts something into it waits (`holdApplication`). */
async function lockApplication(tx: Tx, actor: Actor, { organization, application: slug, isArchived }: Named): Promise<Application> {
  const { id: organizationId } = await lockOrganization(tx, actor, organization)
  await tx.$queryRaw`select 1 from "Application" where "organizationId" = ${organizationId} and slug = ${slug} for update`
  const found = await tx.application.findFirst({ where: { organizationId, slug, archivedAt: isArchived ? { not: null } : null } })
  if (!found) throw notFound('This application')
  authorize(actor, 'organization.manage', { organizationId, applicationId: found.id }, 'This application')
  return found
}

const tell = (
  tx: Tx,
  actor: Actor,
  name: `organization.${string}`,
  { id: applicationId, slug, organizationId }: Application,
  data: Record<string, unknown>,
) =>
  writeEvent(tx, actor, {
    name,
    organizationId,
    subject: { kind: 'organization', id: organizationId },
    data: { applicationId, application: slug, ...data },
  })
