import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { giveRole } from './give-role'
import { ownersOf } from './lock-organization'
import { whyNotAppoint } from './member-gate'

export const AppointOwnerSchema = z.object({
  organization: z.string().max(100),
  /** Of somebody who has signed in before, a member or not. */
  email: z.email().max(200).toLowerCase(),
})

/** Where nobody is left who owns an organisation, an operator says who does. Its admins hear of it. */
export async function appointOwner(actor: Actor, { organization: slug, email }: z.infer<typeof AppointOwnerSchema>): Promise<void> {
  authorize(actor, 'user.manage', {}, 'This organisation')
  await transaction(async (tx) => {
    const found = await tx.organization.findUnique({ where: { slug, archivedAt: null } })
    if (!found) throw notFound('This organisation')
    await tx.$queryRaw`select 1 from "Organization" where id = ${found.id} for update`
    refuse(whyNotAppoint(actor, await ownersOf(tx, found.id)))
    const user = await tx.user.findFirst({ where: { email: { equals: email, mode: 'insensitive' }, blockedAt: null } })
    if (!user)
      throw new AppError('invalid', 'Nobody with this e-mail has signed in, or they are blocked.', {
        fields: { email: 'is nobody’s here' },
      })
    insistFresh(actor, 'organization.appoint')
    const changed = await giveRole(tx, { userId: user.id, organizationId: found.id, applicationId: null, role: 'owner' })
    await writeEvent(tx, actor, {
      name: 'organization.owner_appointed',
      organizationId: found.id,
      subject: { kind: 'organization', id: found.id },
      data: { userId: user.id, who: user.name ?? user.email, ...changed },
    })
  })
}
