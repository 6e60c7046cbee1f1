import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { constants, createGzip } from 'node:zlib'
import { answerAway, answerTooLarge } from './proxy-answers'
import { copyHeaders, headersForWeb, mayCompress } from './proxy-headers'
import type { Seen } from './seen'

export interface ProxyOptions {
  readonly host: string
  readonly port: number
  readonly maxBodyBytes: number
  /** How long a request waits for a web process that is just starting. */
  readonly patienceMs: number
}

export interface Passage {
  readonly seen: Seen
  readonly requestId: string
  /** The policy of a page; undefined for everything else. */
  readonly policy: string | undefined
}

interface Try {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly passage: Passage
  readonly began: number
}

interface Body {
  sentBytes: number
  isTooLarge: boolean
}

/** Passes pages, actions and their files on to Next. */
export class WebProxy {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 64, scheduling: 'lifo' })

  constructor(private readonly options: ProxyOptions) {}

  web(request: IncomingMessage, response: ServerResponse, passage: Passage): void {
    this.pass({ request, response, passage, began: Date.now() })
  }

  /** Hot reload's socket, in development only. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { seen, requestId }: Passage): void {
    const { host, port } = this.options
    const headers = { ...headersForWeb(request, seen, requestId, undefined), connection: 'upgrade', upgrade: request.headers.upgrade }
    const up = http.request({ host, port, method: 'GET', path: request.url, agent: false, setHost: false, headers })
    up.on('upgrade', (answer, far, rest) => joinSockets(answer, socket, far, head, rest))
    up.on('response', ({ statusCode, statusMessage }) => socket.end(`HTTP/1.1 ${statusCode} ${statusMessage}\r\nconnection: close\r\n\r\n`))
    up.on('error', () => socket.destroy())
    up.end()
  }

  close(): void {
    this.agent.destroy()
  }

  private pass(one: Try): void {
    const { request, response, passage } = one
    const { host, port, maxBodyBytes } = this.options
    const hasBody = 'transfer-encoding' in request.headers || Number(request.headers['content-length']) > 0
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) {
      answerTooLarge(request, response)
      return
    }
    const headers = headersForWeb(request, passage.seen, passage.requestId, passage.policy)
    // A body gets a connection of its own: a kept one may close under it, and a body cannot be sent twice.
    const up = http.request({
      host,
      port,
      agent: hasBody ? false : this.agent,
      method: request.method,
      path: request.url,
      headers,
      setHost: false,
    })
    const body: Body = { sentBytes: 0, isTooLarge: false }
    up.on('response', (answer) => answerWith(one, answer))
    const hangUp = () => void (response.writableFinished || up.destroy())
    response.once('close', hangUp)
    up.on('error', (error: NodeJS.ErrnoException) => {
      // Tried again it has another one: while the pages are away these would add up.
      response.off('close', hangUp)
      const wasIdle = !hasBody && up.reusedSocket && (request.method === 'GET' || request.method === 'HEAD')
      this.failed(one, error.code === 'ECONNREFUSED' || wasIdle, body)
    })
    if (hasBody) this.sendWhenConnected(one, up, body)
    else up.end()
  }

  /** The body waits for the connection: a refused one has taken nothing, so the request may be tried again whole. */
  private sendWhenConnected({ request, response }: Try, up: ClientRequest, body: Body): void {
    const send = () => {
      request.on('data', (chunk: Buffer) => {
        body.sentBytes += chunk.length
        if (body.sentBytes <= this.options.maxBodyBytes || body.isTooLarge) return
        body.isTooLarge = true
        request.unpipe(up)
        up.destroy()
        answerTooLarge(request, response)
      })
      request.pipe(up)
    }
    up.once('socket', (socket) => (socket.connecting ? socket.once('connect', send) : send()))
  }

  private failed(one: Try, nothingHappened: boolean, body: Body): void {
    const { request, response, began } = one
    if (body.isTooLarge) return
    if (response.headersSent) {
      response.destroy()
      return
    }
    const mayTryAgain = nothingHappened && body.sentBytes === 0 && !response.destroyed && Date.now() - began < this.options.patienceMs
    if (mayTryAgain) setTimeout(() => this.pass(one), 100)
    else answerAway(request, response)
  }
}

function joinSockets(answer: IncomingMessage, near: Duplex, far: Duplex, head: Buffer, rest: Buffer): void {
  const lines = answer.rawHeaders.map((part, index) => (index % 2 ? `${part}\r\n` : `${part}: `)).join('')
  near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`)
  if (rest.length) near.write(rest)
  if (head.length) far.write(head)
  far.pipe(near).pipe(far)
  for (const [mine, other] of [
    [far, near],
    [near, far],
  ] as const) {
    mine.on('error', () => other.destroy())
    mine.on('close', () => other.destroy())
  }
}

function answerWith({ request, response, passage }: Try, answer: IncomingMessage): void {
  copyHeaders(answer, response, passage.policy)
  const compress = mayCompress(request, answer)
  if (compress) {
    response.setHeader('content-encoding', 'gzip')
    response.appendHeader('vary', 'accept-encoding')
    response.removeHeader('content-length')
    response.removeHeader('etag')
  }
  response.writeHead(answer.statusCode ?? 502)
  response.flushHeaders()
  answer.on('error', () => response.destroy())
  // Flushed after every chunk: parts of a page that are still waiting must not hold back those that came.
  if (compress) answer.pipe(createGzip({ level: 4, flush: constants.Z_SYNC_FLUSH })).pipe(response)
  else answer.pipe(response)
}
