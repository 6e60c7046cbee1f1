import { cookies, headers } from 'next/headers'

/** The name next-auth gives its cookie; https cookies carry the browser's own guard in it. */
async function nameAndSecure(): Promise<{ name: string; secure: boolean }> {
  const secure = (await headers()).get('x-forwarded-proto') === 'https'
  return { name: `${secure ? '__Secure-' : ''}next-auth.session-token`, secure }
}

export async function setSessionCookie(token: string, expires: Date): Promise<void> {
  const { name, secure } = await nameAndSecure()
  ;(await cookies()).set(name, token, { httpOnly: true, sameSite: 'lax', secure, path: '/', expires })
}

/** The token in the cookie, taken out of the browser. */
export async function takeSessionCookie(): Promise<string | undefined> {
  const { name } = await nameAndSecure()
  const jar = await cookies()
  const token = jar.get(name)?.value
  jar.delete(name)
  return token
}

/** Remembers the key of the page of demo people in the browser that used the link. */
export const demoCookie = 'tengen-demo'

export async function setDemoCookie(key: string): Promise<void> {
  const { secure } = await nameAndSecure()
  ;(await cookies()).set(demoCookie, key, { httpOnly: true, sameSite: 'lax', secure, path: '/sign-in' })
}
