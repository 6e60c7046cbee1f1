import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { hashToken } from '@/lib/ids'

/** Ends one session everywhere: its row goes, and the gateways close what it had open. */
export async function signOut(token: string): Promise<void> {
  await transaction(async (tx) => {
    const session = await tx.session.findUnique({ where: { sessionToken: hashToken(token) }, include: { user: true } })
    if (!session) return
    await tx.session.deleteMany({ where: { id: session.id } })
    const { id, name, email } = session.user
    const actor = { kind: 'person', id, name: name ?? email, isOperator: false, isReviewer: false, grants: [] } as const
    await writeEvent(tx, actor, { name: 'user.signed_out', subject: { kind: 'user', id } })
  })
}
