import { lookup as resolve } from 'node:dns'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { type ClientOptions, WebSocket } from 'ws'
import { mayDial } from '@/lib/net/address-rules'
import type { ClusterAccess } from './access'
import { Breaker } from './breaker'
import { KubernetesError, UnreachableError, unreachable } from './errors'

export interface ClientSettings {
  /** Ranges that the operator listed: they may be dialled although they are private. */
  readonly allowed: readonly string[]
  /** At most so many requests of this process are under way at once; further ones wait in line, and their time runs. */
  readonly inFlight: number
  readonly timeoutMs: number
  /** Within which a connection comes about: whoever is silent is silent from the first word. */
  readonly connectMs: number
  readonly restMs: number
  readonly mostRestMs: number
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface Ask {
  readonly query?: Query
  readonly body?: unknown
  readonly contentType?: string
  /** In which form; JSON, as it is kept, unless said otherwise. */
  readonly accept?: string
  /** As whom: the hub's own account steps back, and the cluster's rules for that one hold. */
  readonly as?: string
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number
  /** The answer is taken as it is. */
  readonly isText?: true
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const mostBytes = 64 * 1024 * 1024

/** One cluster's API server: its own connections, limits and breaker, so that a slow or broken one is nobody else's trouble. */
export class KubernetesClient {
  private readonly agent: Agent
  /** Watches last; they take no place from requests. */
  private readonly watching: Agent
  private readonly breaker: Breaker
  private readonly base: URL
  private readonly tls: RequestOptions
  private readonly refusal: UnreachableError | undefined

  constructor(
    access: ClusterAccess,
    private readonly settings: ClientSettings,
  ) {
    this.base = new URL(access.server)
    this.breaker = new Breaker({ restMs: settings.restMs, mostMs: settings.mostRestMs })
    this.agent = new Agent({ keepAlive: true, maxSockets: settings.inFlight, keepAliveMsecs: 15_000 })
    this.watching = new Agent({ keepAlive: false })
    const { credential } = access
    const host = this.base.hostname.replace(/^\[|\]$/g, '')
    this.tls = {
      rejectUnauthorized: true,
      ...(access.authority ? { ca: access.authority } : {}),
      ...(credential.kind === 'certificate' ? { cert: credential.certificate, key: credential.key } : {}),
      ...(access.serverName ? { servername: access.serverName } : isIP(host) ? {} : { servername: host }),
      host,
      port: this.base.port || 443,
      lookup: lookupAllowed(settings.allowed),
      headers: credential.kind === 'token' ? { authorization: `Bearer ${credential.token}` } : {},
    }
    const isDenied = isIP(host) !== 0 && !mayDial(host, settings.allowed)
    this.refusal = isDenied ? new UnreachableError('denied', host) : undefined
  }

  /** It has not answered several times; nothing is asked of it for a moment. */
  get isResting(): boolean {
    return this.breaker.isResting
  }

  get = <T>(path: string, ask: Ask = {}): Promise<T> => this.send<T>('GET', path, ask)
  /** What is no JSON: a log. */
  getText = (path: string, ask: Ask = {}): Promise<string> => this.send<string>('GET', path, { ...ask, isText: true })
  post = <T>(path: string, body: unknown, ask: Ask = {}): Promise<T> => this.send<T>('POST', path, { ...ask, body })
  delete = <T>(path: string, ask: Ask = {}): Promise<T> => this.send<T>('DELETE', path, ask)
  patch = <T>(path: string, body: unknown, ask: Ask & { contentType: string }): Promise<T> => this.send<T>('PATCH', path, { ...ask, body })

  private send<T>(method: Method, path: string, ask: Ask): Promise<T> {
    return this.breaker.run(async () => {
      const limit = AbortSignal.timeout(ask.timeoutMs ?? this.settings.timeoutMs)
      const signal = ask.signal ? AbortSignal.any([ask.signal, limit]) : limit
      try {
        const answer = await this.open(method, path, { ...ask, signal }, this.agent)
        const text = await textOf(answer)
        if (ask.isText && answer.statusCode === 200) return text as T
        return readAnswer<T>(answer.statusCode ?? 0, text)
      } catch (error) {
        if (error instanceof KubernetesError || ask.signal?.aborted) throw error
        if (limit.aborted) throw new UnreachableError('no_answer', 'No answer came in time.')
        throw unreachable(error as NodeJS.ErrnoException)
      }
    })
  }

  /** Each line that a watch sends, until it ends or is aborted. Throws when it could not begin or broke. */
  async *watch(path: string, query: Query, signal: AbortSignal, how: Pick<Ask, 'accept' | 'as'> = {}): AsyncGenerator<unknown> {
    for await (const line of this.lines(path, { ...query, watch: true }, signal, how)) yield JSON.parse(line)
  }

  /** The same of any text that goes on: a log that is followed. */
  async *lines(path: string, query: Query, signal: AbortSignal, how: Pick<Ask, 'accept' | 'as'> = {}): AsyncGenerator<string> {
    if (signal.aborted) return
    const first = AbortSignal.timeout(this.settings.timeoutMs)
    const begin = new AbortController()
    const stop = () => begin.abort()
    for (const one of [first, signal]) one.addEventListener('abort', stop, { once: true })
    try {
      const answer = await this.open('GET', path, { ...how, query, signal: begin.signal }, this.watching)
      first.removeEventListener('abort', stop)
      if (answer.statusCode !== 200) readAnswer(answer.statusCode ?? 0, await textOf(answer))
      yield* linesIn(answer)
    } catch (error) {
      if (error instanceof KubernetesError) throw error
      if (!signal.aborted) throw unreachable(error as NodeJS.ErrnoException)
    } finally {
      for (const one of [first, signal]) one.removeEventListener('abort', stop)
      begin.abort()
    }
  }

  private open(method: Method, path: string, ask: Ask, agent: Agent): Promise<IncomingMessage> {
    if (this.refusal) return Promise.reject(this.refusal)
    const body = ask.body === undefined ? undefined : Buffer.from(JSON.stringify(ask.body))
    const headers = {
      ...(this.tls.headers as Record<string, string>),
      accept: ask.accept ?? 'application/json',
      'user-agent': 'tengen',
      ...(ask.as ? { 'impersonate-user': ask.as } : {}),
      ...(body ? { 'content-type': ask.contentType ?? 'application/json', 'content-length': String(body.length) } : {}),
    }
    const prefix = this.base.pathname.replace(/\/$/, '')
    return new Promise((found, failed) => {
      const options = { ...this.tls, method, path: `${prefix}${path}${queryOf(ask.query)}`, headers, agent, signal: ask.signal }
      const sent = request(options, found)
      sent.once('error', failed)
      sent.once('socket', (socket) => limitConnect(sent, socket, this.settings.connectMs))
      sent.end(body)
    })
  }

  /** A line in both directions, to that very address and as that account. It belongs to whoever asked for it. */
  dial(path: string, query: URLSearchParams, { as, protocol }: { as: string; protocol: string }): WebSocket {
    if (this.refusal) throw this.refusal
    const prefix = this.base.pathname.replace(/\/$/, '')
    const { headers, host: _host, port: _port, ...tls } = this.tls
    return new WebSocket(`wss://${this.base.host}${prefix}${path}?${query}`, [protocol], {
      ...tls,
      headers: { ...(headers as Record<string, string>), 'user-agent': 'tengen', 'impersonate-user': as },
      handshakeTimeout: this.settings.timeoutMs,
      followRedirects: false,
    } as ClientOptions)
  }

  /** Nothing of it stays open. */
  close(): void {
    this.agent.destroy()
    this.watching.destroy()
  }
}

/** The line in which a request stands for a connection does not count. */
function limitConnect(sent: ClientRequest, socket: Socket, mostMs: number): void {
  if (!socket.connecting) return
  const timer = setTimeout(() => sent.destroy(new UnreachableError('no_answer', 'No connection came about in time.')), mostMs)
  const over = () => clearTimeout(timer)
  socket.once('secureConnect', over)
  sent.once('close', over)
}

/** Lines of an answer that goes on. A connection that breaks throws here; `readline` would let it fall on the process. */
async function* linesIn(answer: IncomingMessage): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const part of answer as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(part)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '' && line !== '\r') yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
  if (rest !== '') yield rest
}

function queryOf(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]))
  return given.length ? `?${new URLSearchParams(given)}` : ''
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    size += part.length
    if (size > mostBytes) throw new UnreachableError('broken', 'The answer is too large.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function readAnswer<T>(status: number, text: string): T {
  if (status >= 200 && status < 300) return parse(text) as T
  const said = parse(text) as { reason?: string; message?: string; details?: Record<string, unknown> } | string
  if (typeof said === 'string') throw new KubernetesError(status, '', said.slice(0, 1000))
  throw new KubernetesError(status, said?.reason ?? '', said?.message ?? `HTTP ${status}`, said?.details)
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** Looked up once, judged, and that very address dialled: a name cannot mean another one a moment later. */
function lookupAllowed(allowed: readonly string[]): LookupFunction {
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0)
      const open = addresses.filter(({ address }) => mayDial(address, allowed))
      const [first] = open
      if (!first) return callback(new UnreachableError('denied', host), '', 0)
      if (options.all) return callback(null, open)
      callback(null, first.address, first.family)
    })
}
