import { pool } from '@/lib/db/client'
import { hashToken } from '@/lib/ids'
import { loadSessions, type Who } from './load-sessions'
import { type Device, touchSession } from './touch-session'

/** Who a cookie's token belongs to, for pages and actions; the gateway remembers for a while (gateway/sessions.ts). */
export async function findSession(token: string | undefined, device: Device): Promise<Who | null> {
  if (!token || token.length > 200) return null
  const who = (await loadSessions(pool, [hashToken(token)]))[0]
  if (who) await touchSession(pool, who, device)
  return who ?? null
}
