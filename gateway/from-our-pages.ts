import type { IncomingHttpHeaders } from 'node:http'
import type { Seen } from './seen'

/** A foreign page may make a browser send our cookie; it cannot make it send our Origin. */
export function isFromOurPages({ origin, 'sec-fetch-site': site }: IncomingHttpHeaders, { proto, host }: Seen): boolean {
  return origin === undefined ? site === 'same-origin' : origin === `${proto}://${host}`
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Pages are changed by their actions alone. Sign-in has a word of its own against foreign pages, which works without an Origin too. */
export const isForeignAction = (method: string | undefined, path: string, headers: IncomingHttpHeaders, seen: Seen): boolean =>
  !reads.has(method ?? 'GET') && !path.startsWith('/api/auth/') && !isFromOurPages(headers, seen)
