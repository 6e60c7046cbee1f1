import { execFile, spawnSync } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { blockUser } from '@/lib/accounts/block-user'
import { findSession } from '@/lib/accounts/find-session'
import { systemActor } from '@/lib/auth/actor'
import { tokenHashFor } from '@/lib/deploys/record-callback'
import { hashToken, newId, newToken } from '@/lib/ids'
import { useTicket } from '@/lib/terminals/terminal-tickets'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { askForService, type BuiltService, buildPackage, buildService } from '@/lib/testing/build-service'
import { buildToken } from '@/lib/testing/build-token'
import { tokenPrefix } from '@/lib/tokens/schema'
import { routes } from './api/routes'
import { TestGateway } from './test-gateway'

let hub: TestGateway
let world: BuiltOrganization
let web: BuiltService
beforeAll(async () => {
  hub = await TestGateway.start(routes)
  world = await buildOrganization()
  web = await buildService(world, await buildPackage(['1.0.0'], { organizationId: world.id }))
})
afterAll(() => hub.stop())

const hour = 3_600_000
const device = { address: undefined, agent: undefined }

/** Somebody of the organisation with everything by which one may be known; each fault makes another one. */
async function somebody() {
  const { db } = hub.database
  const user = await db.user.create({ data: { email: `${newId()}@example.org`, name: 'Somebody' } })
  await db.member.create({ data: { userId: user.id, organizationId: world.id, role: 'admin' } })
  const session = newToken()
  await db.session.create({ data: { sessionToken: hashToken(session), userId: user.id, expires: new Date(Date.now() + hour) } })
  const own = await buildToken({ userId: user.id, scopes: ['read', 'deploy'] })
  const shared = await buildToken({ userId: user.id, scopes: ['read', 'deploy'], organizationId: world.id, isShared: true })
  return { userId: user.id, session, own: own.token, shared: shared.token }
}
type Somebody = Awaited<ReturnType<typeof somebody>>

/** What goes wrong with a credential: done to the rows, or to what is sent. */
const faults: Record<string, (who: Somebody) => Promise<Partial<Somebody>>> = {
  forged: async () => ({ session: newToken(), own: tokenPrefix + newToken(), shared: tokenPrefix + newToken() }),
  'of the other kind': async ({ session, own }) => ({ session: own, own: session, shared: session }),
  cut: async ({ session, own, shared }) => ({ session: session.slice(1), own: own.slice(0, -1), shared: `${shared}x` }),
  expired: async ({ userId }) => {
    const expires = new Date(Date.now() - 1)
    await hub.database.db.session.updateMany({ where: { userId }, data: { expires } })
    await hub.database.db.apiToken.updateMany({ where: { userId }, data: { expires } })
    return {}
  },
  revoked: async ({ userId }) => {
    await hub.database.db.session.deleteMany({ where: { userId } })
    await hub.database.db.apiToken.updateMany({ where: { userId }, data: { revokedAt: new Date() } })
    return {}
  },
  blocked: async ({ userId }) => {
    await blockUser(systemActor('test'), { userId, reason: 'for the test' })
    return {}
  },
}

const cookie = (session: string) => ({ cookie: `next-auth.session-token=${session}` })
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const status = async (path: string, headers: Record<string, string>, method = 'GET') => {
  const answer = await hub.call(path, { method, headers })
  if (answer.headers.get('content-type') === 'text/event-stream') await answer.body?.cancel()
  else await answer.text()
  return answer.status
}

const services = () => `/api/v1/organizations/${world.slug}/services`

/** Every door that knows people, and what it says to whom it does not know. */
const doors: Record<string, (who: Somebody) => Promise<unknown>> = {
  'a page, an action': async ({ session }) => (await findSession(session, device)) !== null,
  'API by session': ({ session }) => status(services(), cookie(session)),
  'API by own token': ({ own }) => status(services(), bearer(own)),
  'API by shared token': ({ shared }) => status(services(), bearer(shared)),
  'a change by token': ({ own }) =>
    status(`/api/v1/organizations/${world.slug}/deploys/preview`, { ...bearer(own), 'content-type': 'application/json' }, 'POST'),
  'live by session': ({ session }) => status('/api/v1/events', cookie(session)),
  'live by own token': ({ own }) => status('/api/v1/events', bearer(own)),
  'live by shared token': ({ shared }) => status('/api/v1/events', bearer(shared)),
  'a terminal': async ({ userId, session }) => (await useTicket(await openTerminal(userId), hashToken(session))) !== null,
}

/** A terminal of this person, and the ticket by which it is opened once. */
async function openTerminal(userId: string, ticketExpires = new Date(Date.now() + hour)): Promise<string> {
  const { db } = hub.database
  const ticket = newToken()
  const { applicationId } = await db.service.findUniqueOrThrow({ where: { id: web.serviceId } })
  await db.terminal.create({
    data: {
      ...{ organizationId: world.id, applicationId, serviceId: web.serviceId, stageId: web.stageId, environment: 'test' },
      ...{ unitId: 'one', unitName: 'web/0', machineId: world.machines.test[0] ?? '', userId, cols: 80, rows: 24 },
      ...{ ticketHash: hashToken(ticket), ticketExpires },
    },
  })
  return ticket
}

const shut = [false, 401, 401, 401, 401, 401, 401, 401, false]

test('every door lets somebody in, and nobody with a credential at fault, also who was in before', async () => {
  const knock = async (who: Somebody) => {
    const answers: unknown[] = []
    for (const door of Object.values(doors)) answers.push(await door(who))
    return answers
  }
  const open = [true, 200, 200, 200, 400, 200, 200, 200, true]
  expect(await knock(await somebody())).toEqual(open)
  for (const [name, fault] of Object.entries(faults)) {
    const who = await somebody()
    expect([name, ...(await knock(who))]).toEqual([name, ...open])
    const after = { ...who, ...(await fault(who)) }
    await vi.waitFor(async () => expect([name, ...(await knock(after))]).toEqual([name, ...shut]), { timeout: 5_000 })
  }
})

test('a ticket opens a terminal once, in time, and for the person who asked for it', async () => {
  const [who, other] = [await somebody(), await somebody()]
  const ticket = await openTerminal(who.userId)
  expect(await useTicket(ticket, hashToken(who.session))).not.toBeNull()
  expect(await useTicket(ticket, hashToken(who.session))).toBeNull()
  expect(await useTicket(await openTerminal(who.userId), hashToken(other.session))).toBeNull()
  expect(await useTicket(await openTerminal(who.userId, new Date(Date.now() - 1)), hashToken(who.session))).toBeNull()
})

test('what opens one door opens no other: persons at those of machines and tasks, machines at those of persons', async () => {
  const { db } = hub.database
  const who = await somebody()
  const ticket = newToken()
  await db.machine.update({ where: { id: world.machines.test[0] ?? '' }, data: { ticketHash: hashToken(ticket) } })
  const record = await db.deployRecord.findFirstOrThrow({ where: { serviceId: web.serviceId } })
  const task = await db.task.findFirstOrThrow({ where: { recordId: record.id } })
  const callback = (token: string) =>
    hub.call(`/api/v1/callbacks/${record.id}/${task.id}/1`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json' },
      body: JSON.stringify({ seq: 1, done: { ok: true } }),
    })
  const blob = `/api/v1/agent/blobs/${'0'.repeat(64)}`
  expect(await status(blob, bearer(ticket))).toBe(404)
  for (const token of [who.own, who.shared, who.session, ticket, newToken()]) {
    expect((await callback(token)).status).toBe(401)
    if (token !== ticket) expect(await status(blob, bearer(token))).toBe(401)
  }
  expect([await status(services(), bearer(ticket)), await status(services(), cookie(ticket))]).toEqual([401, 401])
  // A token at fault beside a good cookie is not made good by it.
  expect(await status(services(), { ...cookie(who.session), ...bearer(tokenPrefix + newToken()) })).toBe(401)
  expect(await status(services(), { ...cookie(who.session), authorization: 'Basic Zm9yOmFwcm94eQ==' })).toBe(200)
  const stranger = await buildToken({ userId: world.userIds.stranger, scopes: ['read'] })
  expect(await status(services(), bearer(stranger.token))).toBe(404)
})

const hasCurl = spawnSync('curl', ['--version']).status === 0

test.skipIf(!hasCurl)('a program outside reports of its task by the documented example, once, and with its own token alone', async () => {
  const { db, pool } = hub.database
  const { recordId } = await askForService(world, await buildPackage(['1.0.0']), { name: 'called', environment: 'test' })
  const { id } = await db.task.findFirstOrThrow({ where: { recordId }, orderBy: { index: 'asc' } })
  const token = newToken()
  await db.task.update({ where: { id }, data: { state: 'running', attempt: 1, callbackTokenHash: tokenHashFor(token, 1) } })
  const example = path.join(import.meta.dirname, '../docs/examples/callback.sh')
  const report = (word: string) =>
    promisify(execFile)('sh', [example], {
      env: {
        NODE_ENV: 'test',
        PATH: process.env.PATH,
        CALLBACK: `${hub.origin}/api/v1/callbacks/${recordId}/${id}/1`,
        CALLBACK_TOKEN: word,
      },
    })
  await expect(report(newToken())).rejects.toMatchObject({ code: 22, stdout: expect.stringContaining('"sign_in"') })
  for (const time of [1, 2]) expect([time, (await report(token)).stdout]).toEqual([time, '{"ack":1}\n{"ack":2}\n'])
  expect(await db.task.findUniqueOrThrow({ where: { id } })).toMatchObject({ doneAt: expect.any(Date), doneOk: true })
  const { rows } = await pool.query(`select text from journal.log_line where task_id = $1 and stream = 'stdout'`, [id])
  expect(rows).toEqual([{ text: 'the image is built' }])
})

test('a stream that a token opened ends with it, at once by the news of it, and by the next look when that was lost', async () => {
  const { db } = hub.database
  for (const isHeard of [true, false]) {
    const { id, token } = await buildToken({ userId: world.userIds.owner, scopes: ['read'] })
    const answer = await hub.call(`/api/v1/events?topics=org:${world.id},user:${world.userIds.owner}`, { headers: bearer(token) })
    const ended = answer.text()
    if (isHeard) await db.apiToken.update({ where: { id }, data: { revokedAt: new Date() } })
    else await expireUnheard(id)
    expect(await ended).toContain('event: bye')
  }
})

/** Another end, of which no news is sent. */
async function expireUnheard(id: string): Promise<void> {
  await hub.database.db.apiToken.update({ where: { id }, data: { expires: new Date() } })
  await hub.recheck()
}
