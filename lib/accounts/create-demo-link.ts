import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { hashToken, newToken } from '@/lib/ids'
import { pace } from '@/lib/pace'

/** A one-time address that opens the page of demo people. Only its hash is kept. */
export async function createDemoLink(): Promise<{ path: string }> {
  const token = newToken()
  await db.demoLink.create({ data: { tokenHash: hashToken(token), expires: new Date(clock.nowMs() + pace('demoLink')) } })
  return { path: `/sign-in/link/${token}` }
}
