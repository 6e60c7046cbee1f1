import type { PersonActor } from '@/lib/auth/actor'
import { db, type Tx } from '@/lib/db/client'

/** A person with the grants of this moment; null when there is none or the user is blocked. */
export async function loadActor(userId: string, tx: Tx = db): Promise<PersonActor | null> {
  const user = await tx.user.findUnique({
    where: { id: userId },
    include: {
      members: { where: { organization: { archivedAt: null } }, select: { organizationId: true, applicationId: true, role: true } },
    },
  })
  if (!user || user.blockedAt) return null
  return {
    kind: 'person',
    id: user.id,
    name: user.name ?? user.email,
    isOperator: user.isOperator,
    isReviewer: user.isReviewer,
    grants: user.members,
  }
}
