import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { type Answer, fetchOut } from '@/lib/net/fetch-out'
import { OutgoingError } from '@/lib/net/guarded-agent'
import type { RouteValues } from '@/lib/protocol/route'
import { factsOf, readChain } from './certificate'
import { askedAs } from './host'

/** What came of asking a route from outside. `code` is worded by `routes.answers.<code>`. */
export interface Asked {
  readonly works: boolean
  readonly code: string | null
  readonly values: Readonly<Record<string, string | number>>
  readonly status: number | null
  readonly tookMs: number | null
}

const caps = { totalMs: 5_000, maxBytes: 1 << 20 }
const bad = (code: string, values: Asked['values'] = {}, more: Partial<Asked> = {}): Asked => ({
  ...{ works: false, code, values, status: null, tookMs: null },
  ...more,
})

/** One of its paths stands for all. */
export const askedRule = ({ rules }: RouteValues): RouteValues['rules'][number] | undefined =>
  rules.find((rule) => rule.match === 'prefix') ?? rules[0]

/** Asks what a browser would ask, at the address of the ingress and not at what DNS says: the route itself is judged, not its name. */
export async function askRoute(route: RouteValues, addresses: readonly string[]): Promise<Asked> {
  const [address] = addresses
  if (!address) return bad('no_address')
  const scheme = route.tls === 'none' ? 'http' : 'https'
  const at = `${scheme}://${isIP(address) === 6 ? `[${address}]` : address}`
  const path = askedRule(route)?.path ?? '/'
  const before = performance.now()
  try {
    const answer = await fetchOut(`${at}${path}`, { as: askedAs(route.host), caps, headers: { accept: '*/*' } })
    const seen = { status: answer.status, tookMs: Math.round(performance.now() - before) }
    const distrust = scheme === 'https' ? certificateTrouble(route, answer.certificate) : null
    if (distrust) return bad(distrust.code, distrust.values, seen)
    // What answers any name alike has not taken up this one.
    if (answer.status === 404 && (await isNobody(at, path, answer.text))) return bad('not_taken_up', {}, seen)
    if ([502, 503, 504].includes(answer.status)) return bad('nobody_behind', { status: answer.status }, seen)
    return { works: true, code: null, values: {}, ...seen }
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error
    return bad(error.code === 'unreachable' && scheme === 'https' ? 'unreachable_tls' : error.code, { address })
  }
}

async function isNobody(at: string, path: string, text: string): Promise<boolean> {
  const nobody = `${randomBytes(8).toString('hex')}.invalid`
  const other = await fetchOut(`${at}${path}`, { as: nobody, caps, headers: { accept: '*/*' } }).catch(() => null)
  return other?.status === 404 && other.text === text
}

/** An uploaded one must be the one that is shown, whoever trusts it; one that was issued must be for its host, and trusted. */
function certificateTrouble(route: RouteValues, shown: Answer['certificate']): { code: string; values: Record<string, string> } | null {
  if (!shown) return { code: 'other_certificate', values: {} }
  if (route.tls === 'certificate') {
    const own = factsOf(readChain(route.chain ?? '') ?? [])
    return own?.fingerprint === shown.fingerprint ? null : { code: 'other_certificate', values: {} }
  }
  // Until it was issued the controller shows one of its own.
  if (!shown.names) return { code: 'not_issued', values: { name: route.issuer?.name ?? '' } }
  return shown.distrust === null ? null : { code: 'not_trusted', values: { why: shown.distrust } }
}
