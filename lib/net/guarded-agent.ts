import { lookup } from 'node:dns/promises'
import http, { type ClientRequestArgs } from 'node:http'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { env } from '@/lib/env'
import { mayDial } from './address-rules'

export type OutgoingCode = 'bad_address' | 'address_refused' | 'unknown_host' | 'unreachable' | 'too_slow' | 'too_large' | 'elsewhere'

/** Why a request that left could not be made. Its sentence names no address: whoever typed a name learns nothing of our network. */
export class OutgoingError extends Error {
  constructor(
    readonly code: OutgoingCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'OutgoingError'
  }
}

export interface Caps {
  readonly totalMs: number
  readonly maxBytes: number
}
const standardCaps: Caps = { totalMs: 10_000, maxBytes: 1 << 20 }

type Options = ClientRequestArgs & { servername?: string }
type Done = (error: Error | null, socket: Duplex) => void

/**
 * Connections to addresses that people typed. A name is resolved once, and what was looked at is what is dialled; each connection
 * serves one request, for so long and so many bytes. It has no protocol of its own, so that one serves both.
 */
export class GuardedAgent extends http.Agent {
  /** `as`: the name that is asked for where an address is dialled. Its certificate is not judged here, but shown to whoever asked. */
  constructor(
    private readonly caps: Caps = standardCaps,
    private readonly as?: string,
  ) {
    super({ keepAlive: false })
    Object.assign(this, { protocol: undefined, defaultPort: undefined })
  }

  override createConnection(options: Options, done?: Done): undefined {
    this.open(options).then(
      (socket) => done?.(null, socket),
      (error: Error) => done?.(error, undefined as never),
    )
    return undefined
  }

  private async open(options: Options): Promise<Socket> {
    const host = (options.host ?? '').replace(/^\[|\]$/g, '')
    const isSecure = options.protocol === 'https:'
    const address = await addressOf(host)
    const port = Number(options.port) || (isSecure ? 443 : 80)
    const where = { host: address, port }
    const socket = isSecure ? connectTls({ ...where, ...this.named(host), ALPNProtocols: ['http/1.1'] }) : connectPlain(where)
    return this.bound(socket)
  }

  private named(host: string): ConnectionOptions {
    if (this.as) return { servername: this.as, rejectUnauthorized: false }
    return isIP(host) ? {} : { servername: host }
  }

  private bound(socket: Socket): Socket {
    const { totalMs, maxBytes } = this.caps
    const late = setTimeout(() => socket.destroy(new OutgoingError('too_slow', 'The answer took too long.')), totalMs)
    socket.once('close', () => clearTimeout(late))
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) socket.destroy(new OutgoingError('too_large', 'The answer is too large.'))
    })
    return socket
  }
}

/** The first address of a name that may be dialled. */
async function addressOf(host: string): Promise<string> {
  const found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true }).catch(() => [])
  if (found.length === 0) throw new OutgoingError('unknown_host', `There is no address for ${host}.`)
  const address = found.map((one) => one.address).find((one) => mayDial(one, env().OUTGOING_ALLOW))
  if (!address) throw new OutgoingError('address_refused', `${host} lies in a network that requests from here may not reach.`)
  return address
}
