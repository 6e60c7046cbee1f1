'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { publicError } from '@/app/_server/action'
import { setSessionCookie } from '@/app/_server/session-cookie'
import { signInAsDemoPerson } from '@/lib/accounts/use-demo-link'
import type { ActionResult } from '@/lib/views'

const Choice = z.object({ key: z.string().max(100), userId: z.string().max(64) })

/** Signs in as a person of the demo and leads on. The key in the address is what may do this, not a session. */
export async function chooseDemoPerson(raw: z.input<typeof Choice>): Promise<ActionResult> {
  try {
    const { key, userId } = Choice.parse(raw)
    const { token, expires } = await signInAsDemoPerson(key, userId)
    await setSessionCookie(token, expires)
  } catch (error) {
    return { ok: false, error: publicError(error) }
  }
  redirect('/')
}
