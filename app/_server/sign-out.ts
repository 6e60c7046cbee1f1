'use server'

import { redirect } from 'next/navigation'
import { signOut as endSession } from '@/lib/accounts/sign-out'
import { takeSessionCookie } from './session-cookie'

/** Ends this session everywhere and leads to the door. */
export async function signOut(): Promise<void> {
  const token = await takeSessionCookie()
  if (token) await endSession(token)
  redirect('/sign-in')
}
