'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { publicError } from '@/app/_server/action'
import { readDevice, readSessionToken, setSessionCookie } from '@/app/_server/session-cookie'
import { signInAsDemoPerson } from '@/lib/accounts/use-demo-link'
import { paths } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'

const Choice = z.object({ key: z.string().max(100), userId: z.string().max(64), isAgain: z.boolean().default(false) })

/** Signs in as a person of the demo and leads on. The key in the address is what may do this, not a session. */
export async function chooseDemoPerson(raw: z.input<typeof Choice>): Promise<ActionResult> {
  let next: string
  try {
    const { isAgain, ...choice } = Choice.parse(raw)
    next = isAgain ? paths.signedInAgain : paths.home
    const device = await readDevice()
    await setSessionCookie(await signInAsDemoPerson({ ...choice, device, oldToken: await readSessionToken() }))
  } catch (error) {
    return { ok: false, error: publicError(error) }
  }
  redirect(next)
}
