import { db } from '@/lib/db/client'
import { hashToken } from '@/lib/ids'

/** Ends one session everywhere: its row goes, and the gateways close what it had open. */
export async function signOut(token: string): Promise<void> {
  await db.session.deleteMany({ where: { sessionToken: hashToken(token) } })
}
