import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { notFound } from '@/lib/errors'
import { RoleRequestRefSchema } from './ask-role'
import { giveRole } from './give-role'
import { whyNotGive } from './member-gate'
import { lockRoleRequest, moveRoleRequest } from './move-role-request'
import { refusalAnswer } from './schema'

export const RefuseRoleSchema = RoleRequestRefSchema.extend({ answer: refusalAnswer })

/** Whoever may give the role gives it. */
export async function grantRole(actor: Actor, ref: z.infer<typeof RoleRequestRefSchema>): Promise<void> {
  await transaction(async (tx) => {
    const request = await lockRoleRequest(tx, actor, ref)
    refuse(whyNotGive(actor, request.role, request))
    await moveRoleRequest(tx, actor, request, 'grant')
    const { userId, organizationId, applicationId, role } = request
    // Who has left, or was blocked meanwhile, does not come back by it.
    const isHere = await tx.member.count({ where: { userId, organizationId, user: { blockedAt: null } } })
    if (isHere === 0) throw notFound('This member')
    await giveRole(tx, { userId, organizationId, applicationId, role })
  })
}

export async function refuseRole(actor: Actor, { answer, ...ref }: z.infer<typeof RefuseRoleSchema>): Promise<void> {
  await transaction(async (tx) => {
    const request = await lockRoleRequest(tx, actor, ref)
    refuse(whyNotGive(actor, request.role, request))
    await moveRoleRequest(tx, actor, request, 'refuse', answer)
  })
}
