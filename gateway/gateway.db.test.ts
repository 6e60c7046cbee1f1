import http, { type IncomingMessage, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { authorizeTopic } from '@/lib/auth/authorize-topic'
import { busReady, closeBus, publish } from '@/lib/bus/bus'
import { AppError } from '@/lib/errors'
import { hashToken, newToken } from '@/lib/ids'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { meRoutes } from './api/me'
import { openRoute, route } from './api/route'
import { Gateway } from './server'
import { onUpgrade } from './upgrades'

let database: TestDatabase
let web: Server
let gateway: Gateway
let port: number
let made = 0
let lastWebRequest: IncomingMessage

const thing = { method: 'POST', path: '/api/v1/things/{name}', summary: 'Make a thing' } as const
const ThingSchema = z.object({ name: z.string(), size: z.int() })
const routes = [
  ...meRoutes,
  route({
    ...thing,
    params: z.object({ name: z.string().regex(/^[a-z]+$/) }),
    body: z.object({ size: z.int() }),
    response: ThingSchema,
    status: 201,
    handle: ({ params, body }) => {
      made++
      if (params.name === 'refused') throw new AppError('conflict', 'Not now.', { why: 'because' })
      if (params.name === 'broken') throw new Error('secret detail')
      return { ...params, ...body, hidden: 'never leaves' }
    },
  }),
  openRoute({ method: 'GET', path: '/api/v1/open', summary: 'Anyone', handle: ({ bearer }) => `token ${bearer}` }),
]

beforeAll(async () => {
  database = await testDatabase()
  web = http.createServer(async (request, response) => {
    lastWebRequest = request
    let size = 0
    for await (const chunk of request) size += (chunk as Buffer).length
    response.setHeader('content-type', 'text/html')
    response.end(`web ${request.method} ${request.url} ${size} ${'x'.repeat(2_000)}`)
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  gateway = await Gateway.make({
    pool: database.pool,
    databaseUrl: database.url,
    web: { host: '127.0.0.1', port: (web.address() as { port: number }).port },
    names: { trusted: [], publicHosts: ['tengen.test'] },
    routes,
    authorizeTopic,
    staticFolder: '/nonexistent',
    isDevelopment: false,
  })
  port = await gateway.listen('127.0.0.1', 0)
  await busReady()
})
afterAll(async () => {
  await gateway.stop()
  web.close()
  await closeBus()
  await database.dispose()
})

const origin = () => `http://127.0.0.1:${port}`
const call = (path: string, init: RequestInit = {}) => fetch(origin() + path, init)

async function signIn(id: string, values: { isOperator?: boolean; organizationId?: string } = {}) {
  const token = newToken()
  await database.db.user.create({ data: { id, email: `${id}@example.org`, name: id, isOperator: values.isOperator ?? false } })
  if (values.organizationId) {
    await database.db.organization.upsert({
      where: { id: values.organizationId },
      create: { id: values.organizationId, slug: values.organizationId, name: 'Acme' },
      update: {},
    })
    await database.db.member.create({ data: { userId: id, organizationId: values.organizationId, role: 'developer' } })
  }
  await database.db.session.create({ data: { sessionToken: hashToken(token), userId: id, expires: new Date(Date.now() + 60_000) } })
  return { cookie: `next-auth.session-token=${token}`, hash: hashToken(token) }
}

/** Reads an event stream until it ends; `seen` grows while it does. */
function listen(path: string, headers: Record<string, string>) {
  const state = { seen: '', status: 0, isOver: false, stop: () => {} }
  const request = http.get(`${origin()}${path}`, { headers }, (response) => {
    state.status = response.statusCode ?? 0
    response.on('data', (chunk) => {
      state.seen += chunk
    })
    response.on('close', () => {
      state.isOver = true
    })
  })
  request.on('error', () => {})
  state.stop = () => request.destroy()
  return state
}

const rawGet = (headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) =>
    http.get(`${origin()}/`, { headers }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject),
  )

describe('the API', () => {
  test('asks for a session, and forgets it the moment it is deleted', async () => {
    expect((await call('/api/v1/me')).status).toBe(401)
    const { cookie, hash } = await signIn('anna', { organizationId: 'acme' })
    const answer = await call('/api/v1/me', { headers: { cookie } })
    expect(await answer.json()).toMatchObject({ id: 'anna', grants: [{ organizationId: 'acme', role: 'developer' }] })
    await database.db.session.delete({ where: { sessionToken: hash } })
    await vi.waitFor(async () => expect((await call('/api/v1/me', { headers: { cookie } })).status).toBe(401))
  })

  test('learns at once that a user was blocked or has another role', async () => {
    const { cookie } = await signIn('ben', { organizationId: 'acme' })
    await call('/api/v1/me', { headers: { cookie } })
    await database.db.member.updateMany({ where: { userId: 'ben' }, data: { role: 'viewer' } })
    await vi.waitFor(async () =>
      expect(await (await call('/api/v1/me', { headers: { cookie } })).json()).toMatchObject({ grants: [{ role: 'viewer' }] }),
    )
    await database.db.user.update({ where: { id: 'ben' }, data: { blockedAt: new Date() } })
    await vi.waitFor(async () => expect((await call('/api/v1/me', { headers: { cookie } })).status).toBe(401))
  })

  test('takes a change only from our own pages, and answers refusals as problem+json', async () => {
    const { cookie } = await signIn('cleo')
    const post = (name: string, headers: Record<string, string>, body: unknown = { size: 1 }) =>
      call(`/api/v1/things/${name}`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    expect((await post('a', {})).status).toBe(403)
    expect((await post('a', { origin: 'http://evil.example' })).status).toBe(403)
    const good = await post('a', { origin: origin() })
    expect([good.status, await good.json()]).toEqual([201, { name: 'a', size: 1 }])
    const invalid = await post('A1', { origin: origin() }, { size: 'x' })
    expect(invalid.headers.get('content-type')).toContain('application/problem+json')
    expect(await invalid.json()).toMatchObject({ status: 400, code: 'invalid', issues: [{ path: 'name' }] })
    expect(await (await post('refused', { origin: origin() })).json()).toMatchObject({
      status: 409,
      code: 'conflict',
      title: 'Not now.',
      why: 'because',
    })
    const broken = await post('broken', { origin: origin() })
    expect(broken.status).toBe(500)
    expect(await broken.text()).not.toContain('secret detail')
  })

  test('does a request with an Idempotency-Key once, and gives its answer again', async () => {
    const { cookie } = await signIn('dora')
    const post = (size: number, key: string) =>
      call('/api/v1/things/k', {
        method: 'POST',
        headers: { cookie, origin: origin(), 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ size }),
      })
    const before = made
    const first = await post(7, 'one')
    const again = await post(7, 'one')
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true'])
    expect(await again.json()).toEqual(await first.json())
    expect(made).toBe(before + 1)
    expect((await post(8, 'one')).status).toBe(422)
    expect((await post(8, 'bad key with spaces')).status).toBe(400)
  })

  test('describes itself from the schemas that check it', async () => {
    const document = (await (await call('/api/v1/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { parameters: unknown[]; requestBody: unknown }>>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/v1/things/{name}']?.post?.parameters).toEqual([
      { name: 'name', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } },
    ])
    expect(document.paths['/api/v1/things/{name}']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['size'] } } },
    })
  })

  test('leaves callers with a token of their own to the route', async () => {
    expect(await (await call('/api/v1/open', { headers: { authorization: 'Bearer abc' } })).text()).toBe('token abc')
  })
})

describe('events', () => {
  test('reach a stream for the topics it may hear, and only those', async () => {
    const { cookie } = await signIn('emil', { organizationId: 'org1' })
    expect((await call('/api/v1/events')).status).toBe(401)
    expect((await call('/api/v1/events?topics=table:1', { headers: { cookie } })).status).toBe(400)
    // News of the sign-in's own rows may come after the stream and close it; a browser comes back, and so does this.
    await vi.waitFor(
      async () => {
        const stream = listen('/api/v1/events?topics=org:org1,org:org2,platform,user:emil', { cookie })
        await vi.waitFor(() => expect(stream.seen).toContain('event: hello'))
        await Promise.all(
          ['org:org2', 'platform', 'org:org1', 'user:emil', 'org:org1'].map((topic) => publish('live', { topic, what: 'deploy.approved' })),
        )
        await vi.waitFor(() => expect(stream.seen).toContain('user:emil'))
        expect(stream.seen).toContain('{"topic":"org:org1","what":["deploy.approved"]}')
        expect(stream.seen).not.toContain('org2')
        expect(stream.seen).not.toContain('platform')
        stream.stop()
      },
      { timeout: 10_000 },
    )
  })

  test('are resumed where they stopped, and reset when that is not known', async () => {
    const { cookie } = await signIn('fay', { organizationId: 'org3' })
    const first = listen('/api/v1/events?topics=org:org3', { cookie })
    await vi.waitFor(() => expect(first.seen).toContain('event: hello'))
    const last = /id: (\S+)/.exec(first.seen)?.[1] as string
    first.stop()
    await publish('live', { topic: 'org:org3', what: 'missed' })
    const probe = listen('/api/v1/events?topics=org:org3', { cookie })
    await vi.waitFor(() => expect(Number([...probe.seen.matchAll(/-(\d+)/g)].at(-1)?.[1])).toBeGreaterThan(Number(last.split('-')[1])))
    const second = listen('/api/v1/events?topics=org:org3', { cookie, 'last-event-id': last })
    await vi.waitFor(() => expect(second.seen).toContain('missed'))
    expect(second.seen).not.toContain('reset')
    const other = listen('/api/v1/events?topics=org:org3&last=otherlife-5', { cookie })
    await vi.waitFor(() => expect(other.seen).toContain('event: reset'))
    for (const stream of [probe, second, other]) stream.stop()
  })

  test('end with a word when the session does, and without one when the role changes', async () => {
    const { cookie, hash } = await signIn('gus', { organizationId: 'org4' })
    const stream = listen('/api/v1/events?topics=org:org4', { cookie })
    await vi.waitFor(() => expect(stream.seen).toContain('event: hello'))
    await database.db.member.deleteMany({ where: { userId: 'gus' } })
    await vi.waitFor(() => expect(stream.isOver).toBe(true))
    expect(stream.seen).not.toContain('bye')
    const again = listen('/api/v1/events?topics=org:org4', { cookie })
    await vi.waitFor(() => expect(again.seen).toContain('event: hello'))
    await publish('live', { topic: 'org:org4', what: 'not for gus' })
    await database.db.session.delete({ where: { sessionToken: hash } })
    await vi.waitFor(() => expect(again.isOver).toBe(true))
    expect(again.seen).toContain('event: bye')
    expect(again.seen).not.toContain('not for gus')
  })
})

describe('pages', () => {
  test('pass to the web process with a policy, our own forwarding headers and nobody else’s', async () => {
    const answer = await call('/o/acme/overview?x=1', {
      headers: { 'x-forwarded-host': 'evil', 'x-forwarded-for': '1.2.3.4', 'x-middleware-subrequest': 'x', 'accept-encoding': 'gzip' },
    })
    expect(await answer.text()).toContain('web GET /o/acme/overview?x=1')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    const nonce = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1]
    expect(lastWebRequest.headers['content-security-policy']).toContain(nonce)
    expect(lastWebRequest.headers).toMatchObject({
      'x-forwarded-host': `127.0.0.1:${port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    })
    expect(lastWebRequest.headers['x-middleware-subrequest']).toBeUndefined()
  })

  test('stream bodies through, and answer 413 to what is too large', async () => {
    expect(await (await call('/upload', { method: 'POST', body: Buffer.alloc(3 << 20) })).text()).toContain('web POST /upload 3145728')
    const answer = await call('/upload', { method: 'POST', body: Buffer.alloc(65 << 20) })
    expect(answer.status).toBe(413)
  })

  test('are not given to a name that is not ours', async () => {
    expect(await rawGet({ host: 'evil.example' })).toBe(421)
    expect(await rawGet({ host: 'tengen.test' })).toBe(200)
  })
})

describe('sockets', () => {
  onUpgrade('/ws/echo', (socket) => {
    socket.on('message', (data) => socket.send(data))
  })
  const open = (path: string, headers: Record<string, string> = {}) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
      socket.on('open', () => socket.send('hi'))
      socket.on('message', (data) => {
        resolve(String(data))
        socket.close()
      })
      socket.on('unexpected-response', (_, response) => resolve(String(response.statusCode)))
      socket.on('error', () => {})
    })

  test('open at a known path, from our own pages or from no page', async () => {
    expect(await open('/ws/echo')).toBe('hi')
    expect(await open('/ws/echo', { origin: origin() })).toBe('hi')
    expect(await open('/ws/echo', { origin: 'http://evil.example' })).toBe('403')
    expect(await open('/ws/none')).toBe('404')
    expect(await open('/_next/webpack-hmr')).toBe('404')
    expect(await open('/ws/echo', { host: 'evil.example' })).toBe('421')
  })
})

describe('health', () => {
  test('is live by itself, and ready only when database, web and a worker were heard', async () => {
    expect(await (await call('/api/health/live')).json()).toEqual({ status: 'live' })
    const answer = await call('/api/health/ready')
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not_ready', parts: { database: 'ok', web: 'ok', worker: 'away' } },
    ])
    await database.db.processHeartbeat.create({ data: { id: 'w', kind: 'worker', heardAt: new Date() } })
    await vi.waitFor(async () => expect((await call('/api/health/ready')).status).toBe(200), { timeout: 3_000 })
  })
})
