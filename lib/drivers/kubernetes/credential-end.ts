import { X509Certificate } from 'node:crypto'

/** When a certificate ends. */
export const certificateEnd = (pem: string): Date => new Date(new X509Certificate(pem).validTo)

/** When a token says that it ends; null where it does not say, as with those that are looked up. */
export function tokenEnd(token: string): Date | null {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { exp?: number }
    return typeof exp === 'number' ? new Date(exp * 1000) : null
  } catch {
    return null
  }
}
