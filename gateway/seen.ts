import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Who asks and under which name, after the word of trusted proxies only. */
export interface Seen {
  readonly host: string
  readonly proto: 'http' | 'https'
  readonly ip: string
}

export interface SeenOptions {
  /** Peers whose x-forwarded-* are believed. */
  readonly trusted: readonly string[]
  readonly publicUrl?: string | undefined
  /** Further host names; one without a port fits every port. */
  readonly publicHosts: readonly string[]
}

const known = Symbol('seen')

const plainIp = (address: string): string => (address.startsWith('::ffff:') ? address.slice(7) : address)

/** A proxy appends what it saw: only the last value is its own word. */
const last = (value: string | string[] | undefined): string | undefined =>
  String(value ?? '')
    .split(',')
    .pop()
    ?.trim() || undefined

export function makeSeen({ trusted, publicUrl, publicHosts }: SeenOptions) {
  const proxies = new Set(trusted)
  const url = publicUrl ? new URL(publicUrl) : undefined
  const names = new Set([...(url ? [url.host, url.hostname] : []), ...publicHosts].map((name) => name.toLowerCase()))
  const look = (request: IncomingMessage): Seen => {
    const peer = plainIp(request.socket.remoteAddress ?? '')
    const host = (request.headers.host ?? '').toLowerCase()
    if (!proxies.has(peer)) return { host, proto: 'http', ip: peer }
    const address = last(request.headers['x-forwarded-for'])
    return {
      host: last(request.headers['x-forwarded-host'])?.toLowerCase() ?? host,
      proto: last(request.headers['x-forwarded-proto']) === 'https' ? 'https' : 'http',
      ip: address && isIP(address) ? address : peer,
    }
  }
  return {
    /** Looked at once a request, asked several times. */
    see(request: IncomingMessage & { [known]?: Seen }): Seen {
      return (request[known] ??= look(request))
    },
    /** Names we answer to: next-auth believes any Host, so a foreign one must not get that far. */
    isOurs({ host }: Seen): boolean {
      const name = host.replace(/:\d+$/, '')
      return names.has(host) || names.has(name) || name === 'localhost' || isOwnAddress(name.replace(/^\[|\]$/g, ''))
    },
  }
}

/** An address of this machine, as agents and loopback users type it. A name that somebody else points at us is not one. */
function isOwnAddress(address: string): boolean {
  if (!isIP(address)) return false
  if (address === '::1' || address.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === address))
}
