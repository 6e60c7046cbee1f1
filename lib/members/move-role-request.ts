import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { RoleRequest } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { lockOrganization } from './lock-organization'
import { type RoleRequestEvent, roleRequestLifecycle } from './role-request-lifecycle'

/** A request with its organisation held: who decides at once with somebody else comes second. */
export async function lockRoleRequest(
  tx: Tx,
  actor: Actor,
  { organization, id }: { organization: string; id: string },
): Promise<RoleRequest> {
  const { id: organizationId } = await lockOrganization(tx, actor, organization)
  const request = await tx.roleRequest.findFirst({ where: { id, organizationId } })
  if (!request) throw notFound('This request')
  return request
}

/** The only writer of its `state`; the caller holds it. */
export async function moveRoleRequest(tx: Tx, actor: Actor, request: RoleRequest, event: RoleRequestEvent, answer?: string): Promise<void> {
  if (!roleRequestLifecycle.can(request.state, event))
    throw new AppError('conflict', 'It has been decided, or withdrawn.', { reason: 'request_over' })
  const state = roleRequestLifecycle.next(request.state, event)
  const decidedBy = event === 'withdraw' ? null : actor.id
  await tx.roleRequest.update({ where: { id: request.id }, data: { state, stateSince: clock.now(), decidedBy, answer: answer || null } })
  await tellRoleRequest(tx, actor, request, `role.${event}`, { from: request.state, to: state })
}

export const tellRoleRequest = (
  tx: Tx,
  actor: Actor,
  { id, organizationId, userId, role }: RoleRequest,
  name: `role.${string}`,
  moved: object = {},
) =>
  writeEvent(tx, actor, {
    name,
    organizationId,
    subject: { kind: 'organization', id: organizationId },
    data: { requestId: id, userId, role, ...moved },
  })
