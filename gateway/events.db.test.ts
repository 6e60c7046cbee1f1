import http from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { publish } from '@/lib/bus/bus'
import { hashToken, newToken } from '@/lib/ids'
import { meRoutes } from './api/me'
import { route } from './api/route'
import { TestGateway } from './test-gateway'

const went: string[] = []

async function* endless() {
  for (;;) {
    yield 'x'
    await sleep(20)
  }
}

/** As files and logs go: out as long as they are, and in as long as they come. */
const longRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/long',
    summary: 'Never ends',
    produces: 'text/plain',
    handle({ actor, reply }) {
      reply.raw.once('close', () => went.push(`${actor.id} out`))
      return reply.type('text/plain').send(Readable.from(endless()))
    },
  }),
  route({
    method: 'PUT',
    path: '/api/v1/long',
    summary: 'Waits for all of it, and then for somebody else',
    consumes: ['application/octet-stream'],
    async handle({ actor, signal, request }) {
      if (request.body instanceof Readable) request.body.resume()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      went.push(`${actor.id} in`)
    },
  }),
]

let hub: TestGateway
beforeAll(async () => {
  hub = await TestGateway.start([...meRoutes, ...longRoutes])
})
afterAll(() => hub.stop())

/** Reads an event stream until it ends; `seen` grows while it does. */
function listen(path: string, headers: Record<string, string>) {
  const state = { seen: '', status: 0, isOver: false, stop: () => {} }
  const request = http.get(`${hub.origin}${path}`, { headers }, (response) => {
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

test('what is on its way, out or in, ends with the session, its time, the role or the token, and goes on with the others', async () => {
  const { db } = hub.database
  const begin = async (id: string) => {
    const { cookie, hash } = await hub.signIn(id, { organizationId: 'org6' })
    const out = listen('/api/v1/long', { cookie })
    const headers = { cookie, origin: hub.origin, 'content-type': 'application/octet-stream' }
    void hub.call('/api/v1/long', { method: 'PUT', headers, body: 'all of it' }).catch(() => {})
    await vi.waitFor(() => expect(out.seen).toContain('x'))
    return { hash, out }
  }
  const gone = (id: string) => vi.waitFor(() => expect(went.filter((one) => one.startsWith(id)).sort()).toEqual([`${id} in`, `${id} out`]))
  const [ida, kay, leo] = [await begin('ida'), await begin('kay'), await begin('leo')]
  await begin('jim')
  await db.session.delete({ where: { sessionToken: ida.hash } })
  await gone('ida')
  await db.member.deleteMany({ where: { userId: 'jim' } })
  await gone('jim')
  // Who signs in once more in the same browser goes on with what is on its way.
  const moved = hashToken(newToken())
  await db.session.update({ where: { sessionToken: leo.hash }, data: { sessionToken: moved } })
  await db.session.update({ where: { sessionToken: moved }, data: { expires: new Date(Date.now() + 120_000) } })
  await hub.recheck()
  expect([kay.out.isOver, leo.out.isOver]).toEqual([false, false])
  // No news comes of a session whose time is over, nor of one that is gone where nothing is heard.
  await tellNews('disable')
  await db.session.update({ where: { sessionToken: kay.hash }, data: { expires: new Date(0) } })
  await hub.recheck()
  await gone('kay')
  expect(leo.out.isOver).toBe(false)
  await db.session.deleteMany({ where: { userId: 'leo' } })
  await hub.recheck()
  await gone('leo')
  await tellNews('enable')
})

describe('events', () => {
  test('reach a stream for the topics it may hear, and only those', async () => {
    const { cookie } = await hub.signIn('emil', { organizationId: 'org1' })
    expect((await hub.call('/api/v1/events')).status).toBe(401)
    expect((await hub.call('/api/v1/events?topics=table:1', { headers: { cookie } })).status).toBe(400)
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
    const { cookie } = await hub.signIn('fay', { organizationId: 'org3' })
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
    const { cookie, hash } = await hub.signIn('gus', { organizationId: 'org4' })
    const stream = listen('/api/v1/events?topics=org:org4', { cookie })
    await vi.waitFor(() => expect(stream.seen).toContain('event: hello'))
    await hub.database.db.member.deleteMany({ where: { userId: 'gus' } })
    await vi.waitFor(() => expect(stream.isOver).toBe(true))
    expect(stream.seen).not.toContain('bye')
    const again = listen('/api/v1/events?topics=org:org4', { cookie })
    await vi.waitFor(() => expect(again.seen).toContain('event: hello'))
    await publish('live', { topic: 'org:org4', what: 'not for gus' })
    await hub.database.db.session.delete({ where: { sessionToken: hash } })
    await vi.waitFor(() => expect(again.isOver).toBe(true))
    expect(again.seen).toContain('event: bye')
    expect(again.seen).not.toContain('not for gus')
  })

  test('come back by themselves when their person signs in again, and end with a block even when no news of it came', async () => {
    const { cookie, hash } = await hub.signIn('hal', { organizationId: 'org5' })
    const stream = listen('/api/v1/events?topics=org:org5', { cookie })
    await vi.waitFor(() => expect(stream.seen).toContain('event: hello'))
    const token = newToken()
    await hub.database.db.session.update({ where: { sessionToken: hash }, data: { sessionToken: hashToken(token) } })
    await vi.waitFor(() => expect(stream.isOver).toBe(true))
    expect(stream.seen).not.toContain('bye')
    const headers = { cookie: `next-auth.session-token=${token}` }
    expect((await hub.call('/api/v1/me', { headers: { cookie } })).status).toBe(401)
    const again = listen('/api/v1/events?topics=org:org5', headers)
    await vi.waitFor(() => expect(again.seen).toContain('event: hello'))

    await tellNews('disable')
    await hub.database.db.user.update({ where: { id: 'hal' }, data: { blockedAt: new Date() } })
    await hub.recheck()
    await vi.waitFor(() => expect(again.isOver).toBe(true))
    expect(again.seen).toContain('event: bye')
    expect((await hub.call('/api/v1/events?topics=org:org5', { headers })).status).toBe(401)
  })
})

/** Whether the database says anything of users and sessions that change. */
async function tellNews(how: 'enable' | 'disable'): Promise<void> {
  const client = new pg.Client({ connectionString: hub.database.superuserUrl })
  await client.connect()
  await client.query(`alter table "User" ${how} trigger user; alter table "Session" ${how} trigger user`)
  await client.end()
}
