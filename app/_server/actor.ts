import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { isOwnPath } from '@/app/_server/own-path'
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

/** For pages: the signed-out are led to the door, and from there back. */
export async function requireActor(): Promise<PersonActor> {
  const actor = await findActor()
  if (actor) return actor
  const path = (await headers()).get('x-internal-path')
  redirect(path && path !== '/' && isOwnPath(path) ? `/sign-in?to=${encodeURIComponent(path)}` : '/sign-in')
}
