import { z } from 'zod'
import { loadActor } from '@/lib/accounts/load-actor'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken, newToken } from '@/lib/ids'
import { iso } from '@/lib/iso-time'
import { RoleSchema } from '@/lib/organizations/views'
import { pace } from '@/lib/pace'
import { giveRole } from './give-role'
import { lockOrganization } from './lock-organization'
import { whyNotGive } from './member-gate'
import type { InvitedView } from './views'

export const InviteSchema = z.object({
  organization: z.string().max(100),
  /** The slug of one application; missing = the whole organisation. */
  application: z.string().max(100).optional(),
  role: RoleSchema,
  /** Only who has this e-mail may use it. */
  email: z.email().max(200).toLowerCase().optional(),
})
export const RevokeInvitationSchema = z.object({ organization: z.string().max(100), id: z.string().max(64) })
export const AcceptInvitationSchema = z.object({ token: z.string().max(100) })

const mostOpen = 200

/** A link by which one person joins. It is shown once. */
export async function invite(actor: Actor, ask: z.infer<typeof InviteSchema>): Promise<{ id: string; path: string; expires: string }> {
  return transaction(async (tx) => {
    const { id: organizationId } = await lockOrganization(tx, actor, ask.organization)
    const application = ask.application
      ? await tx.application.findUnique({ where: { organizationId_slug: { organizationId, slug: ask.application }, archivedAt: null } })
      : null
    if (ask.application && !application) throw notFound('This application')
    const applicationId = application?.id ?? null
    refuse(whyNotGive(actor, ask.role, { organizationId, applicationId }))
    const open = { organizationId, usedAt: null, revokedAt: null, expires: { gt: clock.now() } }
    if ((await tx.invitation.count({ where: open })) >= mostOpen)
      throw new AppError('rate_limited', `${mostOpen} invitations are open. Revoke some first.`)
    const token = newToken()
    const expires = new Date(clock.nowMs() + pace('invitation'))
    const { id } = await tx.invitation.create({
      data: {
        organizationId,
        applicationId,
        role: ask.role,
        email: ask.email ?? null,
        tokenHash: hashToken(token),
        createdBy: actor.id,
        createdAt: clock.now(),
        expires,
      },
    })
    const data = { invitationId: id, role: ask.role, application: application?.slug ?? null, email: ask.email ?? null }
    await tell(tx, actor, 'invitation.made', organizationId, data)
    return { id, path: `/sign-in/invite/${token}`, expires: iso(expires) }
  })
}

export async function revokeInvitation(actor: Actor, { organization, id }: z.infer<typeof RevokeInvitationSchema>): Promise<void> {
  await transaction(async (tx) => {
    const { id: organizationId } = await lockOrganization(tx, actor, organization)
    const found = await tx.invitation.findFirst({ where: { id, organizationId } })
    refuse(whyNotGive(actor, 'viewer', { organizationId, applicationId: found?.applicationId ?? null }))
    if (!found) throw notFound('This invitation')
    if (found.usedAt || found.revokedAt) throw new AppError('conflict', 'It was used or revoked already.', { reason: 'invitation_over' })
    await tx.invitation.update({ where: { id }, data: { revokedAt: clock.now() } })
    await tell(tx, actor, 'invitation.revoked', organizationId, { invitationId: id })
  })
}

async function find(tx: Tx, token: string) {
  const found = await tx.invitation.findFirst({
    where: { tokenHash: hashToken(token), usedAt: null, revokedAt: null, expires: { gt: clock.now() } },
  })
  const organization = found && (await tx.organization.findUnique({ where: { id: found.organizationId, archivedAt: null } }))
  const application = found?.applicationId
    ? await tx.application.findUnique({ where: { id: found.applicationId, archivedAt: null } })
    : null
  if (!found || !organization || (found.applicationId && !application)) throw over()
  // Who invited must still be able to: a link outlives nobody's rights.
  const inviter = await loadActor(found.createdBy, tx)
  if (!inviter || whyNotGive(inviter, found.role, found)) throw over()
  return { invitation: found, organization, application, inviter }
}

const over = () => new AppError('not_found', 'This invitation was used, revoked, or is over. Ask for another one.')

/** What it offers, to whoever holds the link. */
export async function getInvited({ token }: z.infer<typeof AcceptInvitationSchema>): Promise<InvitedView> {
  const { invitation, organization, application, inviter } = await find(db, token)
  return {
    organizationName: organization.name,
    applicationName: application?.name ?? null,
    role: invitation.role,
    by: inviter.name,
    email: invitation.email,
    expires: iso(invitation.expires),
  }
}

/** Joins. A weaker role than one has already changes nothing and leaves the link to others. */
export async function acceptInvitation(
  actor: PersonActor,
  { token }: z.infer<typeof AcceptInvitationSchema>,
): Promise<{ organization: string }> {
  return transaction(async (tx) => {
    const before = await find(tx, token)
    await tx.$queryRaw`select 1 from "Organization" where id = ${before.organization.id} for update`
    const { invitation, organization } = await find(tx, token)
    const user = await tx.user.findUniqueOrThrow({ where: { id: actor.id } })
    if (invitation.email && invitation.email !== user.email.toLowerCase())
      throw new AppError('forbidden', `This invitation is for ${invitation.email}.`, { reason: 'another_email' })
    const { organizationId, applicationId, role } = invitation
    const changed = await giveRole(tx, { userId: actor.id, organizationId, applicationId, role })
    await tx.invitation.update({ where: { id: invitation.id }, data: { usedAt: clock.now(), usedBy: actor.id } })
    await tell(tx, actor, 'member.joined', organizationId, {
      userId: actor.id,
      role,
      invitationId: invitation.id,
      by: invitation.createdBy,
      ...changed,
    })
    return { organization: organization.slug }
  })
}

const tell = (tx: Tx, actor: Actor, name: `${string}.${string}`, organizationId: string, data: Record<string, unknown>) =>
  writeEvent(tx, actor, { name, organizationId, subject: { kind: 'organization', id: organizationId }, data })
