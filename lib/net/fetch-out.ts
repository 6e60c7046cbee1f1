import http from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'
import { type Caps, GuardedAgent, OutgoingError } from './guarded-agent'

export interface Outgoing {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly caps?: Caps
  /** The host that is asked for, where another one is dialled. Its certificate comes with the answer, and nothing is followed. */
  readonly as?: string
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  /** Of a question `as` a host over TLS: what was shown, whether it is for that host, and why it would not be trusted (null = it would). */
  readonly certificate?: { readonly fingerprint: string; readonly names: boolean; readonly distrust: string | null }
}

const mostTurns = 3

/** A request to an address that somebody typed. Where it leads is judged (see GuardedAgent); it is led on within its own host only. */
export async function fetchOut(address: string, request: Outgoing = {}): Promise<Answer> {
  let url = readUrl(address)
  for (let turn = 0; ; turn++) {
    const answer = await once(url, request)
    const { location } = answer.headers
    if (request.as || !location || answer.status < 300 || answer.status > 399 || (request.method ?? 'GET') !== 'GET') return answer
    const next = readUrl(new URL(location, url).href)
    if (next.origin !== url.origin || turn >= mostTurns) throw new OutgoingError('elsewhere', 'It leads to another address.')
    url = next
  }
}

function readUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new OutgoingError('bad_address', 'This is not an address of http or https.')
  return url
}

function once(url: URL, { method = 'GET', headers = {}, body, caps, as }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(error instanceof OutgoingError ? error : new OutgoingError('unreachable', `${url.host} does not answer.`, { cause: error }))
    const options = {
      method,
      agent: new GuardedAgent(caps, as),
      // The agent has none of its own, and 80 would be taken for both.
      defaultPort: url.protocol === 'https:' ? 443 : 80,
      headers: { accept: 'application/json', 'user-agent': 'Tengen', ...(as ? { host: as } : {}), ...headers },
    }
    const request = (url.protocol === 'https:' ? https : http).request(url.href, options, (response) => {
      const chunks: Buffer[] = []
      const certificate = as && response.socket instanceof TLSSocket ? shownBy(response.socket, as) : undefined
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', failed)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          ...(certificate ? { certificate } : {}),
        }),
      )
    })
    request.on('error', failed)
    request.end(body)
  })
}

/** Also of one that is not trusted: a route may have been given a certificate that only its owner's machines trust. */
function shownBy(socket: TLSSocket, host: string): NonNullable<Answer['certificate']> {
  const shown = socket.getPeerX509Certificate()
  return {
    names: shown?.checkHost(host) !== undefined,
    fingerprint: (shown?.fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
    distrust: socket.authorized ? null : String(socket.authorizationError ?? ''),
  }
}
