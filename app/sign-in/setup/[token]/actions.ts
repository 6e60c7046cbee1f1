'use server'

import { redirect } from 'next/navigation'
import type { z } from 'zod'
import { publicError } from '@/app/_server/action'
import { readDevice, readSessionToken, setSessionCookie } from '@/app/_server/session-cookie'
import { RedeemSetupSchema, redeemSetupLink } from '@/lib/accounts/setup-link'
import { paths } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'

/** Becomes the operator and leads to where ways to sign in are kept. The link is what may do this, not a session. */
export async function becomeOperator(raw: z.input<typeof RedeemSetupSchema>): Promise<ActionResult> {
  try {
    const [device, oldToken] = [await readDevice(), await readSessionToken()]
    await setSessionCookie(await redeemSetupLink({ ...RedeemSetupSchema.parse(raw), device, oldToken }))
  } catch (error) {
    return { ok: false, error: publicError(error) }
  }
  redirect(paths.platformSignIn)
}
