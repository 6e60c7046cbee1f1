import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { RoleSchema } from '@/lib/organizations/views'
import { lockMember, lockOrganization } from './lock-organization'
import { whyNotChange, whyNotRemove } from './member-gate'

const one = z.object({ organization: z.string().max(100), id: z.string().max(64) })
export const ChangeMemberSchema = one.extend({ role: RoleSchema })
export const RemoveMemberSchema = one
export const GiveAwaySchema = z.object({ organization: z.string().max(100), userId: z.string().max(64) })

/** Another role from now on: open streams ask again, and approvals that count on the old one are asked again when it matters. */
export async function changeMember(actor: Actor, { organization, id, role }: z.infer<typeof ChangeMemberSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { member, facts } = await lockMember(tx, actor, { organization, id })
    refuse(whyNotChange(actor, member, facts, role))
    if (member.role === role) return
    await tx.member.update({ where: { id }, data: { role } })
    await tell(tx, actor, 'member.role_changed', member.organizationId, { userId: member.userId, from: member.role, to: role })
  })
}

/** Takes a role away; one's own, too: that is leaving. */
export async function removeMember(actor: Actor, { organization, id }: z.infer<typeof RemoveMemberSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { member, facts } = await lockMember(tx, actor, { organization, id })
    refuse(whyNotRemove(actor, member, facts))
    await tx.member.delete({ where: { id } })
    await tell(tx, actor, member.userId === actor.id ? 'member.left' : 'member.removed', member.organizationId, {
      userId: member.userId,
      role: member.role,
    })
  })
}

/** Somebody who is a member owns it; who gives it away stays as an admin. */
export async function giveAway(actor: Actor, { organization: slug, userId }: z.infer<typeof GiveAwaySchema>): Promise<void> {
  await transaction(async (tx) => {
    const organization = await lockOrganization(tx, actor, slug)
    authorize(actor, 'organization.delete', { organizationId: organization.id }, 'This organisation')
    const members = await tx.member.findMany({
      where: { organizationId: organization.id, applicationId: null, userId: { in: [userId, actor.id] } },
      include: { user: true },
    })
    const [next, mine] = [members.find((one) => one.userId === userId), members.find((one) => one.userId === actor.id)]
    if (!next || next.user.blockedAt) throw notFound('This member')
    if (!mine || userId === actor.id) throw new AppError('conflict', 'It is yours already.', { reason: 'owner_already' })
    insistFresh(actor, 'organization.give')
    await tx.member.update({ where: { id: next.id }, data: { role: 'owner' } })
    await tx.member.update({ where: { id: mine.id }, data: { role: 'admin' } })
    await tell(tx, actor, 'organization.given_away', organization.id, { from: actor.id, to: userId })
  })
}

const tell = (tx: Tx, actor: Actor, name: `${string}.${string}`, organizationId: string, data: Record<string, unknown>) =>
  writeEvent(tx, actor, { name, organizationId, subject: { kind: 'organization', id: organizationId }, data })
