import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { findSession } from '@/lib/accounts/find-session'
import type { PersonActor } from '@/lib/auth/actor'
import { readDevice, sessionCookie } from './session-cookie'

/** Who asks, or null. Once a request, however many parts of a page want to know. */
export const findActor = cache(async (): Promise<PersonActor | null> => {
  const { name } = await sessionCookie()
  const device = await readDevice()
  const who = await findSession((await cookies()).get(name)?.value, device)
  if (!who) return null
  return { ...who.actor, address: device.address, requestId: (await headers()).get('x-request-id') ?? undefined }
})

/** For pages: the signed-out are led to the door. */
export async function requireActor(): Promise<PersonActor> {
  return (await findActor()) ?? redirect('/sign-in')
}
