import http, { type IncomingMessage, type Server } from 'node:http'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { busReady, closeBus } from '@/lib/bus/bus'
import { hashToken, newToken } from '@/lib/ids'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import type { Route } from './api/route'
import type { LimitOptions } from './limits'
import { Gateway } from './server'

/** A gateway on real PostgreSQL before a web process that says what it was asked. */
export class TestGateway {
  lastWebRequest: IncomingMessage | undefined

  private constructor(
    readonly database: TestDatabase,
    private readonly web: Server,
  ) {}

  private gateway!: Gateway
  port = 0

  static async start(routes: readonly Route[], limits: LimitOptions = { api: 0, signIn: 0 }): Promise<TestGateway> {
    const database = await testDatabase()
    const web = http.createServer(async (request, response) => {
      hub.lastWebRequest = request
      let size = 0
      for await (const chunk of request) size += (chunk as Buffer).length
      response.setHeader('content-type', 'text/html')
      response.end(`web ${request.method} ${request.url} ${size} ${'x'.repeat(2_000)}`)
    })
    const hub = new TestGateway(database, web)
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    hub.gateway = await Gateway.make({
      pool: database.pool,
      databaseUrl: database.url,
      web: { host: '127.0.0.1', port: (web.address() as { port: number }).port },
      names: { trusted: [], publicHosts: ['tengen.test'] },
      routes,
      authorizeTopic,
      staticFolder: '/nonexistent',
      isDevelopment: false,
      limits,
    })
    hub.port = await hub.gateway.listen('127.0.0.1', 0)
    await busReady()
    return hub
  }

  async stop(): Promise<void> {
    await this.gateway.stop()
    this.web.close()
    await closeBus()
    await this.database.dispose()
  }

  /** What the hub does now and then by itself. */
  recheck(): Promise<void> {
    return this.gateway.held.recheck()
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  call(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.origin + path, init)
  }

  /** A person with a session; `hash` is how the database knows it. */
  async signIn(id: string, { isOperator = false, organizationId }: { isOperator?: boolean; organizationId?: string } = {}) {
    const { db } = this.database
    const token = newToken()
    await db.user.create({ data: { id, email: `${id}@example.org`, name: id, isOperator } })
    if (organizationId) {
      const create = { id: organizationId, slug: organizationId, name: 'Acme' }
      await db.organization.upsert({ where: { id: organizationId }, create, update: {} })
      await db.member.create({ data: { userId: id, organizationId, role: 'developer' } })
    }
    await db.session.create({ data: { sessionToken: hashToken(token), userId: id, expires: new Date(Date.now() + 60_000) } })
    return { cookie: `next-auth.session-token=${token}`, hash: hashToken(token) }
  }
}
