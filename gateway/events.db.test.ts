import http from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { publish } from '@/lib/bus/bus'
import { hashToken, newToken } from '@/lib/ids'
import { meRoutes } from './api/me'
import { TestGateway } from './test-gateway'

let hub: TestGateway
beforeAll(async () => {
  hub = await TestGateway.start(meRoutes)
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

    await deafen(hub.database.superuserUrl)
    await hub.database.db.user.update({ where: { id: 'hal' }, data: { blockedAt: new Date() } })
    await hub.recheck()
    await vi.waitFor(() => expect(again.isOver).toBe(true))
    expect(again.seen).toContain('event: bye')
    expect((await hub.call('/api/v1/events?topics=org:org5', { headers })).status).toBe(401)
  })
})

/** The database says nothing any more of users and sessions that change. */
async function deafen(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('alter table "User" disable trigger user; alter table "Session" disable trigger user')
  await client.end()
}
