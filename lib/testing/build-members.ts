import { db } from '@/lib/db/client'
import { newId } from '@/lib/ids'
import type { BuiltOrganization } from './build-organization'

/** What the rules refuse to change: the only owner, an invitation and a request that are over. */
export async function buildMembers(world: BuiltOrganization): Promise<{ ownerMember: string; invitation: string; roleRequest: string }> {
  const owner = await db.member.findFirstOrThrow({ where: { organizationId: world.id, userId: world.userIds.owner } })
  const invitation = await db.invitation.create({
    data: {
      organizationId: world.id,
      role: 'viewer',
      tokenHash: newId(),
      createdBy: owner.userId,
      expires: new Date(Date.now() + 3_600_000),
      revokedAt: new Date(),
    },
  })
  const roleRequest = await db.roleRequest.create({
    data: { organizationId: world.id, userId: world.userIds.viewer, role: 'developer', reason: 'for the test', state: 'withdrawn' },
  })
  return { ownerMember: owner.id, invitation: invitation.id, roleRequest: roleRequest.id }
}
