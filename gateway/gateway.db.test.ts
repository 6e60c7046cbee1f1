import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { AppError } from '@/lib/errors'
import { meRoutes } from './api/me'
import { openRoute, route } from './api/route'
import { TestGateway } from './test-gateway'

let made = 0
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

let hub: TestGateway
beforeAll(async () => {
  hub = await TestGateway.start(routes)
})
afterAll(() => hub.stop())

/** What somebody was not let do, as the audit has it. */
async function refusalsOf(userId: string): Promise<string[]> {
  const rows = await hub.database.db.$queryRaw<{ what: string }[]>`
    select data->>'what' as what from journal.event where name = 'access.refused' and actor_id = ${userId} order by id`
  return rows.map(({ what }) => what)
}

describe('the API', () => {
  test('asks for a session, and forgets it the moment it is deleted', async () => {
    expect((await hub.call('/api/v1/me')).status).toBe(401)
    const { cookie, hash } = await hub.signIn('anna', { organizationId: 'acme' })
    const answer = await hub.call('/api/v1/me', { headers: { cookie } })
    expect(await answer.json()).toMatchObject({ id: 'anna', grants: [{ organizationId: 'acme', role: 'developer' }] })
    await hub.database.db.session.delete({ where: { sessionToken: hash } })
    await vi.waitFor(async () => expect((await hub.call('/api/v1/me', { headers: { cookie } })).status).toBe(401))
  })

  test('learns at once that a user was blocked or has another role', async () => {
    const { cookie } = await hub.signIn('ben', { organizationId: 'acme' })
    await hub.call('/api/v1/me', { headers: { cookie } })
    await hub.database.db.member.updateMany({ where: { userId: 'ben' }, data: { role: 'viewer' } })
    await vi.waitFor(async () =>
      expect(await (await hub.call('/api/v1/me', { headers: { cookie } })).json()).toMatchObject({ grants: [{ role: 'viewer' }] }),
    )
    await hub.database.db.user.update({ where: { id: 'ben' }, data: { blockedAt: new Date() } })
    await vi.waitFor(async () => expect((await hub.call('/api/v1/me', { headers: { cookie } })).status).toBe(401))
  })

  test('takes a change only from our own pages, and answers refusals as problem+json', async () => {
    const { cookie } = await hub.signIn('cleo')
    const post = (name: string, headers: Record<string, string>, body: unknown = { size: 1 }) =>
      hub.call(`/api/v1/things/${name}`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    expect((await post('a', {})).status).toBe(403)
    expect((await post('a', { origin: 'http://evil.example' })).status).toBe(403)
    await vi.waitFor(async () => expect(await refusalsOf('cleo')).toEqual(['POST /api/v1/things/a', 'POST /api/v1/things/a']))
    const good = await post('a', { origin: hub.origin })
    expect([good.status, await good.json()]).toEqual([201, { name: 'a', size: 1 }])
    const invalid = await post('A1', { origin: hub.origin }, { size: 'x' })
    expect(invalid.headers.get('content-type')).toContain('application/problem+json')
    expect(await invalid.json()).toMatchObject({ status: 400, code: 'invalid', issues: [{ path: 'name' }] })
    const more = await post('a', { origin: hub.origin }, { size: 1, sise: 2 })
    expect(await more.json()).toMatchObject({ status: 400, issues: [{ path: 'sise', message: 'is not a field of this request' }] })
    const deep = await post(
      'a',
      { origin: hub.origin, 'idempotency-key': 'deep' },
      { size: JSON.parse('['.repeat(2_000) + ']'.repeat(2_000)) },
    )
    expect(await deep.json()).toMatchObject({ status: 400, issues: [{ message: 'is nested too deeply' }] })
    expect(await (await post('refused', { origin: hub.origin })).json()).toMatchObject({
      status: 409,
      code: 'conflict',
      title: 'Not now.',
      why: 'because',
    })
    const broken = await post('broken', { origin: hub.origin })
    expect(broken.status).toBe(500)
    expect(await broken.text()).not.toContain('secret detail')
  })

  test('does a request with an Idempotency-Key once, and gives its answer again', async () => {
    const { cookie } = await hub.signIn('dora')
    const post = (size: number, key: string) =>
      hub.call('/api/v1/things/k', {
        method: 'POST',
        headers: { cookie, origin: hub.origin, 'content-type': 'application/json', 'idempotency-key': key },
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
    const document = (await (await hub.call('/api/v1/openapi.json')).json()) as {
      openapi: string
      paths: Record<string, Record<string, { parameters: unknown[]; requestBody: unknown }>>
    }
    expect(document.openapi).toBe('3.1.0')
    expect(document.paths['/api/v1/things/{name}']?.post?.parameters).toEqual([
      { name: 'name', in: 'path', required: true, schema: { type: 'string', pattern: '^[a-z]+$' } },
      expect.objectContaining({ name: 'Idempotency-Key', in: 'header', required: false }),
    ])
    expect(document.paths['/api/v1/things/{name}']?.post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { required: ['size'] } } },
    })
  })

  test('leaves callers with a token of their own to the route', async () => {
    expect(await (await hub.call('/api/v1/open', { headers: { authorization: 'Bearer abc' } })).text()).toBe('token abc')
  })
})
