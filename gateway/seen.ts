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

const plainIp = (address: string): string => address.replace(/^::ffff:/, '')

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
  return {
    see(request: IncomingMessage): Seen {
      const peer = plainIp(request.socket.remoteAddress ?? '')
      const headers = proxies.has(peer) ? request.headers : {}
      const address = last(headers['x-forwarded-for'])
      return {
        host: (last(headers['x-forwarded-host']) ?? request.headers.host ?? '').toLowerCase(),
        proto: last(headers['x-forwarded-proto']) === 'https' ? 'https' : 'http',
        ip: address && isIP(address) ? address : peer,
      }
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
