import { cookies, headers } from 'next/headers'
import type { Begun } from '@/lib/accounts/begin-session'
import type { Device } from '@/lib/accounts/touch-session'
import { sessionCookieName, sessionCookieOptions } from '@/lib/auth/session-cookie'
import { pace } from '@/lib/pace'

/** The gateway says by which protocol the browser came. */
export async function sessionCookie() {
  const proto = (await headers()).get('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return { name: sessionCookieName(proto), options: sessionCookieOptions(proto) }
}

export async function readDevice(): Promise<Device> {
  const head = await headers()
  return { address: head.get('x-forwarded-for') ?? undefined, agent: head.get('user-agent') ?? undefined }
}

/** What the browser had before it signs in anew. */
export async function readSessionToken(): Promise<string | undefined> {
  return (await cookies()).get((await sessionCookie()).name)?.value
}

/** The cookie lives as long as any session can; the row says when this one ends. */
export async function setSessionCookie({ token }: Begun): Promise<void> {
  const { name, options } = await sessionCookie()
  ;(await cookies()).set(name, token, { ...options, maxAge: Math.ceil(pace('sessionLimit') / 1000) })
}

/** The token in the cookie, taken out of the browser. */
export async function takeSessionCookie(): Promise<string | undefined> {
  const { name, options } = await sessionCookie()
  const jar = await cookies()
  const token = jar.get(name)?.value
  // With its attributes: a browser lets a __Host- cookie go only when they are the same.
  jar.set(name, '', { ...options, maxAge: 0 })
  return token
}

/** Remembers the key of the page of demo people in the browser that used the link. */
export const demoCookie = 'tengen-demo'

export async function setDemoCookie(key: string): Promise<void> {
  const { options } = await sessionCookie()
  ;(await cookies()).set(demoCookie, key, { ...options, path: '/sign-in' })
}
