import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from '@/lib/members/lock-organization'
import { NewApplicationSchema, RenameApplicationSchema } from './schema'

export { NewApplicationSchema, RenameApplicationSchema }

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
    const taken = await tx.application.findMany({ where: { organizationId: found.id }, select: { slug: true } })
    if (taken.some((one) => one.slug === slug))
      throw new AppError('name_taken', 'An application of this address is there already.', { fields: { slug: 'is taken' } })
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
    const { id: organizationId } = await lockOrganization(tx, actor, organization)
    const found = await tx.application.findUnique({ where: { organizationId_slug: { organizationId, slug: application } } })
    if (!found) throw notFound('This application')
    authorize(actor, 'organization.manage', { organizationId, applicationId: found.id }, 'This application')
    if (found.name === name) return
    await tx.application.update({ where: { id: found.id }, data: { name } })
    await writeEvent(tx, actor, {
      name: 'organization.application_renamed',
      organizationId,
      subject: { kind: 'organization', id: organizationId },
      data: { application, from: found.name, to: name },
    })
  })
}
