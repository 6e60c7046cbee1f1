import { z } from 'zod'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { RoleSchema } from '@/lib/organizations/views'
import { isStronger } from './give-role'
import { lockOrganization } from './lock-organization'
import { lockRoleRequest, moveRoleRequest, tellRoleRequest } from './move-role-request'

export const AskRoleSchema = z.object({
  organization: z.string().max(100),
  /** The slug of one application; missing = the whole organisation. */
  application: z.string().max(100).optional(),
  role: RoleSchema.exclude(['owner']),
  reason: z.string().trim().min(3, 'Say what it is for.').max(1000),
})
export const RoleRequestRefSchema = z.object({ organization: z.string().max(100), id: z.string().max(64) })

/** A member asks those who may give it for a stronger role. */
export async function askRole(actor: PersonActor, ask: z.infer<typeof AskRoleSchema>): Promise<{ id: string }> {
  return transaction(async (tx) => {
    const { id: organizationId } = await lockOrganization(tx, actor, ask.organization)
    const application = ask.application
      ? await tx.application.findUnique({ where: { organizationId_slug: { organizationId, slug: ask.application }, archivedAt: null } })
      : null
    const applicationId = application?.id ?? null
    const knows = (grant: { applicationId: string | null }) => grant.applicationId === null || grant.applicationId === applicationId
    const mine = actor.grants.filter((grant) => grant.organizationId === organizationId)
    // An application one has no role in might as well not exist.
    if (ask.application && (!application || !mine.some(knows))) throw notFound('This application')
    if (mine.some((grant) => knows(grant) && !isStronger(ask.role, grant.role)))
      throw new AppError('nothing_to_do', 'Your role is as strong already.')
    if (await tx.roleRequest.count({ where: { userId: actor.id, organizationId, applicationId, state: 'asked' } }))
      throw new AppError('conflict', 'You have asked already; wait for the answer.', { reason: 'role_asked' })
    const now = clock.now()
    const request = await tx.roleRequest.create({
      data: { organizationId, applicationId, userId: actor.id, role: ask.role, reason: ask.reason, createdAt: now, stateSince: now },
    })
    await tellRoleRequest(tx, actor, request, 'role.ask')
    return { id: request.id }
  })
}

export async function withdrawRoleRequest(actor: PersonActor, ref: z.infer<typeof RoleRequestRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const request = await lockRoleRequest(tx, actor, ref)
    if (request.userId !== actor.id) throw notFound('This request')
    await moveRoleRequest(tx, actor, request, 'withdraw')
  })
}
