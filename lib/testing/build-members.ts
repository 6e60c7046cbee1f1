import { db } from '@/lib/db/client'
import { newId } from '@/lib/ids'
import type { BuiltOrganization } from './build-organization'

/** What the rules refuse to change: the only owner, and an invitation that is over. */
export async function buildMembers(world: BuiltOrganization): Promise<{ ownerMember: string; invitation: string }> {
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
  return { ownerMember: owner.id, invitation: invitation.id }
}
