import http from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { meRoutes } from './api/me'
import { TestGateway } from './test-gateway'
import { onUpgrade } from './upgrades'

let hub: TestGateway
beforeAll(async () => {
  hub = await TestGateway.start(meRoutes, { api: 30, signIn: 120 })
})
afterAll(() => hub.stop())

const rawGet = (headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) =>
    http.get(`${hub.origin}/`, { headers }, (response) => resolve(response.resume().statusCode ?? 0)).on('error', reject),
  )

describe('pages', () => {
  test('pass to the web process with a policy, our own forwarding headers and nobody else’s', async () => {
    const answer = await hub.call('/o/acme/overview?x=1', {
      headers: { 'x-forwarded-host': 'evil', 'x-forwarded-for': '1.2.3.4', 'x-middleware-subrequest': 'x', 'accept-encoding': 'gzip' },
    })
    expect(await answer.text()).toContain('web GET /o/acme/overview?x=1')
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    const policy = answer.headers.get('content-security-policy') ?? ''
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1]
    const directive = (name: string) => policy.split('; ').find((one) => one.startsWith(`${name} `))
    expect([directive('script-src'), directive('style-src-elem'), directive('object-src'), directive('base-uri')]).toEqual([
      `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
      `style-src-elem 'self' 'nonce-${nonce}'`,
      "object-src 'none'",
      "base-uri 'none'",
    ])
    expect(hub.lastWebRequest?.headers['content-security-policy']).toContain(nonce)
    expect(hub.lastWebRequest?.headers).toMatchObject({
      'x-forwarded-host': `127.0.0.1:${hub.port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    })
    expect(hub.lastWebRequest?.headers['x-middleware-subrequest']).toBeUndefined()
  })

  test('stream bodies through, and answer 413 to what is too large', async () => {
    const upload = (bytes: number) => hub.call('/upload', { method: 'POST', headers: { origin: hub.origin }, body: Buffer.alloc(bytes) })
    expect(await (await upload(3 << 20)).text()).toContain('web POST /upload 3145728')
    expect((await upload(65 << 20)).status).toBe(413)
  })

  test('are changed from our own pages alone, whatever their actions would say', async () => {
    const send = async (headers: Record<string, string>, path = '/o/acme/settings/members') =>
      (await hub.call(path, { method: 'POST', headers: { 'next-action': 'x', ...headers }, body: '[]' })).status
    const foreign: Record<string, string>[] = [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: `https://127.0.0.1:${hub.port}` },
    ]
    expect(await Promise.all(foreign.map((headers) => send(headers)))).toEqual([403, 403, 403, 403])
    expect(await send({ origin: hub.origin })).toBe(200)
    expect(await send({}, '/api/auth/csrf')).toBe(200)
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
      const socket = new WebSocket(`ws://127.0.0.1:${hub.port}${path}`, { headers })
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
    expect(await open('/ws/echo', { origin: hub.origin })).toBe('hi')
    expect(await open('/ws/echo', { origin: 'http://evil.example' })).toBe('403')
    expect(await open('/ws/none')).toBe('404')
    expect(await open('/_next/webpack-hmr')).toBe('404')
    expect(await open('/ws/echo', { host: 'evil.example' })).toBe('421')
  })
})

describe('health', () => {
  test('is live by itself, and ready only when database, web and a worker were heard', async () => {
    expect(await (await hub.call('/api/health/live')).json()).toEqual({ status: 'live' })
    const answer = await hub.call('/api/health/ready')
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not_ready', parts: { database: 'ok', web: 'ok', worker: 'away' } },
    ])
    await hub.database.db.processHeartbeat.create({ data: { id: 'w', kind: 'worker', heardAt: new Date() } })
    await vi.waitFor(async () => expect((await hub.call('/api/health/ready')).status).toBe(200), { timeout: 3_000 })
  })
})

describe('limits', () => {
  const agent = new http.Agent({ maxSockets: 500 })
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; headers: http.IncomingHttpHeaders }>((resolve, reject) =>
      http
        .get(hub.origin + path, { headers, agent }, (response) => {
          response.resume().once('end', () => resolve({ status: response.statusCode, headers: response.headers }))
        })
        .on('error', reject),
    )
  const many = (count: number, path: string, headers: Record<string, string> = {}) =>
    Promise.all(Array.from({ length: count }, () => ask(path, headers)))

  test('tell a program how much is left, and when to come again; nobody else waits', async () => {
    const [mei, jonas] = [await hub.signIn('mei'), await hub.signIn('jonas')]
    const answers = await many(40, '/api/v1/me', { cookie: mei.cookie })
    const refused = answers.filter((answer) => answer.status === 429)
    expect([answers.filter((answer) => answer.status === 200).length, refused.length]).toEqual([30, 10])
    expect(answers[0]?.headers['ratelimit-limit']).toBe('30')
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0)
    expect((await hub.call('/api/v1/me', { headers: { cookie: jonas.cookie } })).status).toBe(200)
  })

  test('let 1,000 parallel attempts to sign in wait, and those who are in go on', async () => {
    const { cookie } = await hub.signIn('olga')
    const answers = await many(1_000, '/sign-in/link/guessed')
    expect(answers.filter((answer) => answer.status === 429)).toHaveLength(880)
    const guessed = await many(130, '/api/v1/me', { authorization: 'Bearer tgn_guessed' })
    expect(guessed.filter((answer) => answer.status === 429)).toHaveLength(10)
    expect((await hub.call('/api/v1/me', { headers: { cookie } })).status).toBe(200)
    expect(await (await hub.call('/sign-in')).text()).toContain('web GET /sign-in')
  })
})
