import { randomUUID } from 'node:crypto'
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type pg from 'pg'
import { makeApi, nextRequestId } from './api/app'
import { viewerFolder, viewerPrefix } from './api/docs/docs-page'
import type { Route } from './api/route'
import { contentSecurityPolicy } from './content-security-policy'
import { type Kind, makeCounters } from './counters'
import { isForeignAction } from './from-our-pages'
import { makeHealth } from './health'
import { answerJoinFile, isJoinFile } from './join-files'
import { isAttempt, type LimitOptions, Limits } from './limits'
import { type AuthorizeTopic, feedFromBus, openEvents } from './live/events-door'
import { HeldOpen } from './live/held-open'
import { StreamHub } from './live/stream-hub'
import { WebProxy } from './proxy'
import { answerForeignPage, answerTooMany, answerUnknownHost } from './proxy-answers'
import { securityHeaders } from './security-headers'
import { makeSeen, type Seen, type SeenOptions } from './seen'
import { credentialOf, Sessions } from './sessions'
import { makeStaticFiles } from './static-files'
import { makeUpgrades, refuse } from './upgrades'

export interface GatewayOptions {
  readonly pool: pg.Pool
  readonly databaseUrl: string
  readonly web: { readonly host: string; readonly port: number }
  readonly names: SeenOptions
  readonly routes: readonly Route[]
  readonly authorizeTopic: AuthorizeTopic
  /** Next's build output; pages come from the web process, their files from here. */
  readonly staticFolder: string
  readonly isDevelopment: boolean
  /** Missing = nothing is counted. */
  readonly limits?: LimitOptions
}

const maxBodyBytes = 64 << 20
const drainMs = 10_000
const listenPatienceMs = 5_000

/** All but the live news, which keep their connection. */
const isOfApi = (path: string): boolean => (path.startsWith('/api/v1/') && path !== '/api/v1/events') || path === '/api/docs'

/** The public port: API, events, health, sockets and files by itself; everything else goes on to Next. */
export class Gateway {
  /** What callers hold open, by their sessions and tokens. */
  readonly held = new HeldOpen({
    again: (hashes) => this.sessions.again(hashes),
    moved: (who) => this.sessions.moved(who),
  })
  private readonly hub = new StreamHub(this.held)
  private readonly sessions: Sessions
  private readonly proxy: WebProxy
  private readonly upgrades = makeUpgrades()
  private readonly names: ReturnType<typeof makeSeen>
  private readonly files: ReturnType<typeof makeStaticFiles>
  private readonly viewer = makeStaticFiles(viewerFolder, viewerPrefix)
  private readonly health: ReturnType<typeof makeHealth>
  private readonly limits: Limits
  private readonly counters: ReturnType<typeof makeCounters>
  private readonly stopFeed: () => void
  private server!: Server
  private api!: FastifyInstance
  private isClosing = false

  private constructor(private readonly options: GatewayOptions) {
    const { pool, databaseUrl, web } = options
    this.sessions = new Sessions({ pool, url: databaseUrl, onGone: (gone) => this.held.gone(gone), onLost: () => this.lost() })
    this.proxy = new WebProxy({ ...web, maxBodyBytes, patienceMs: 5_000 })
    this.limits = new Limits(options.limits ?? { api: 0, signIn: 0 })
    this.names = makeSeen(options.names)
    this.files = makeStaticFiles(options.staticFolder)
    this.health = makeHealth({ pool, web, isClosing: () => this.isClosing })
    this.counters = makeCounters({
      streams: () => this.hub.size,
      sockets: () => this.upgrades.open(),
      sessions: () => this.sessions.stats,
      news: () => this.hub.stats,
    })
    this.stopFeed = feedFromBus(this.hub)
  }

  static async make(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options)
    gateway.api = await makeApi({
      routes: options.routes,
      sessions: gateway.sessions,
      limits: gateway.limits,
      held: gateway.held,
      seenOf: (request) => gateway.names.see(request.raw),
      serverFactory: (handler) => gateway.makeServer(handler),
    })
    return gateway
  }

  /** News of sessions was missed. Streams come back by themselves; what cannot is asked for. */
  private lost(): void {
    this.hub.closeAll()
    void this.held.recheck()
  }

  private makeServer(api: (request: IncomingMessage, response: ServerResponse) => void): Server {
    const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 66_000, requestTimeout: 300_000, noDelay: true }
    this.server = http.createServer(timeouts, (request, response) => this.take(request, response, api))
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
    return this.server
  }

  private take(
    request: IncomingMessage,
    response: ServerResponse,
    api: (request: IncomingMessage, response: ServerResponse) => void,
  ): void {
    const began = performance.now()
    const seen = this.names.see(request)
    if (this.isClosing) response.setHeader('connection', 'close')
    if (seen.proto === 'https') response.setHeader('strict-transport-security', 'max-age=31536000')
    const kind = this.route(request, response, seen, api)
    response.once('finish', () => this.counters.observe(kind, response.statusCode, began))
  }

  private route(
    request: IncomingMessage,
    response: ServerResponse,
    seen: Seen,
    api: (request: IncomingMessage, response: ServerResponse) => void,
  ): Kind {
    const path = request.url?.split('?')[0] ?? '/'
    // The API sets its own security headers, all at once with its others: half of its speed lies in such things.
    if (isOfApi(path) && this.names.isOurs(seen)) {
      api(request, response)
      return 'api'
    }
    for (const name in securityHeaders) response.setHeader(name, securityHeaders[name as keyof typeof securityHeaders])
    // Probes come by address, before anybody knows a name.
    if (path.startsWith('/api/health/')) {
      void this.health(request, response)
      return 'health'
    }
    if (!this.names.isOurs(seen)) {
      answerUnknownHost(response)
      return 'refused'
    }
    if (path === '/api/v1/events') {
      void this.openEvents(request, response, seen)
      return 'events'
    }
    if (isJoinFile(path)) {
      void answerJoinFile(request, response)
      return 'static'
    }
    if (!this.options.isDevelopment && path.startsWith('/_next/static/') && this.files(request, response)) return 'static'
    if (path.startsWith(viewerPrefix) && this.viewer(request, response)) return 'static'
    if (isForeignAction(request.method, path, request.headers, seen)) {
      answerForeignPage(response)
      return 'refused'
    }
    const toWeb = () => this.proxy.web(request, response, { seen, requestId: nextRequestId(), policy: this.policyFor(request, path) })
    if (isAttempt(path)) this.limits.attempt(seen.ip, 'sign-in').then(toWeb, (error) => answerTooMany(response, error))
    else toWeb()
    return 'web'
  }

  /** Documents get a policy with a nonce of their own; data, files and soft navigation do not run scripts. */
  private policyFor(request: IncomingMessage, path: string): string | undefined {
    const isPage = !/^\/(_next|api)\//.test(path) || path.startsWith('/api/auth/')
    if (!isPage || request.headers.rsc) return undefined
    return contentSecurityPolicy(randomUUID(), this.options.isDevelopment)
  }

  private async openEvents(request: IncomingMessage, response: ServerResponse, seen: Seen): Promise<void> {
    try {
      const device = () => ({ address: seen.ip, agent: request.headers['user-agent'] })
      const { token } = credentialOf(request.headers, seen.proto)
      const who = await this.sessions.find(token, device)
      if (!who && token !== undefined) await this.limits.attempt(seen.ip, 'credential')
      await openEvents(this.hub, this.options.authorizeTopic, who, request, response)
    } catch (error) {
      // The database is away, or somebody guesses: either comes back later.
      if (response.headersSent) response.end()
      else answerTooMany(response, error)
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const seen = this.names.see(request)
    const reason = this.whyNotUpgrade(request, seen)
    if (reason) refuse(socket, reason)
    else if (this.upgrades.accept(request, socket, head, seen)) return
    // Hot reload's own socket; in production nothing else may be upgraded.
    else if (this.options.isDevelopment) this.proxy.upgrade(request, socket, head, { seen, requestId: nextRequestId(), policy: undefined })
    else refuse(socket, '404 Not Found')
  }

  private whyNotUpgrade({ headers: { origin } }: IncomingMessage, seen: Seen): string | undefined {
    if (this.isClosing) return '503 Service Unavailable'
    if (!this.names.isOurs(seen)) return '421 Misdirected Request'
    if (origin !== undefined && origin !== `${seen.proto}://${seen.host}`) return '403 Forbidden'
    return undefined
  }

  /** Serves from when it hears of ended sessions; a database that is away keeps it waiting no longer than its patience. */
  async listen(host: string, port: number): Promise<number> {
    await Promise.race([this.sessions.ready, sleep(listenPatienceMs, undefined, { ref: false })])
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen({ host, port, backlog: 4_096 }, () => resolve((this.server.address() as { port: number }).port))
    })
  }

  /** Lets open requests finish, sends streams and agents away politely, then closes. */
  async stop(): Promise<void> {
    if (this.isClosing) return
    this.isClosing = true
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()))
    this.stopFeed()
    this.hub.stop()
    this.held.stop()
    await this.upgrades.close()
    this.server.closeIdleConnections()
    const patience = setTimeout(() => this.server.closeAllConnections(), drainMs)
    await closed
    clearTimeout(patience)
    this.proxy.close()
    await this.sessions.close()
    await this.api.close().catch(() => {})
  }
}
