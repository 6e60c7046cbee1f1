import { X509Certificate } from 'node:crypto'

/** When a certificate ends. */
export const certificateEnd = (pem: string): Date => new Date(new X509Certificate(pem).validTo)

/** When a token says that it ends; null where it does not say, as with those that are looked up. */
export function tokenEnd(token: string): Date | null {
  const { exp } = claimsOf(token)
  return typeof exp === 'number' ? new Date(exp * 1000) : null
}

/** How long a token lasts, from its making to its end, whatever the time is where it was made. */
export function tokenLifeMs(token: string): number | null {
  const { iat, exp } = claimsOf(token)
  return typeof iat === 'number' && typeof exp === 'number' && exp > iat ? (exp - iat) * 1000 : null
}

function claimsOf(token: string): { readonly iat?: unknown; readonly exp?: unknown } {
  try {
    return (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) ?? {}) as object
  } catch {
    return {}
  }
}
