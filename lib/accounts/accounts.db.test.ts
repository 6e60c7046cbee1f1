import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { previewDeploy } from '@/lib/deploys/preview-deploy'
import { startDeploy } from '@/lib/deploys/start-deploy'
import { hashToken } from '@/lib/ids'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { askForService, type BuiltPackage, type BuiltService, buildPackage, buildService, change } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { beginSession } from './begin-session'
import { blockUser, unblockUser } from './block-user'
import { endBlocked } from './end-blocked'
import { endOtherSessions, endSession } from './end-session'
import { findSession } from './find-session'
import { listSessions } from './list-sessions'
import { listUsers } from './list-users'
import { createSetupLink, isSetupLink, redeemSetupLink } from './setup-link'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
let web: BuiltService
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0', '2.0.0'], { organizationId: world.id })
  web = await buildService(world, pkg)
})
afterAll(async () => {
  clock.reset()
  await closeBus()
  await database.dispose()
})

const device = { address: '192.0.2.1', agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0' }
const find = (token: string) => findSession(token, device)
const actorOf = async (token: string) => {
  const who = await find(token)
  if (!who) throw new Error('This session has ended.')
  return who.actor
}

test('who signs in again keeps the session under another token; who signs in as somebody else ends it', async () => {
  const { viewer: userId, admin } = world.userIds
  const first = await beginSession({ userId, device })
  const { session } = await actorOf(first.token)
  const again = await beginSession({ userId, device, oldToken: first.token })
  expect(again.token).not.toBe(first.token)
  expect(await find(first.token)).toBeNull()
  expect((await actorOf(again.token)).session?.id).toBe(session?.id)
  const other = await beginSession({ userId: admin, device, oldToken: again.token })
  expect(await find(again.token)).toBeNull()
  expect((await actorOf(other.token)).id).toBe(admin)
  // What a browser made up is nobody's, and nothing is taken from it.
  const fresh = await beginSession({ userId, device, oldToken: 'x'.repeat(43) })
  expect(await db.session.count({ where: { sessionToken: hashToken('x'.repeat(43)) } })).toBe(0)
  expect((await actorOf(fresh.token)).id).toBe(userId)
})

test('a session that nobody uses ends, one that is used goes on, and none longer than its limit', async () => {
  const { token } = await beginSession({ userId: world.userIds.viewer, device })
  const unused = await beginSession({ userId: world.userIds.viewer, device })
  for (const end = clock.nowMs() + pace('sessionLimit') - pace('sessionIdle'); clock.nowMs() < end; ) {
    clock.advance(pace('sessionIdle') * 0.9)
    expect(await find(token)).not.toBeNull()
  }
  expect(await find(unused.token)).toBeNull()
  clock.advance(pace('sessionIdle') * 0.9)
  await find(token)
  clock.advance(pace('sessionIdle') * 0.9)
  expect(await find(token)).toBeNull()
  clock.reset()
})

test('one sees where one is signed in, ends one of them or all others, and nobody else’s', async () => {
  const userId = world.userIds.second
  const [here, there] = [await beginSession({ userId, device }), await beginSession({ userId, device: { ...device, agent: 'curl/8' } })]
  const me = await actorOf(here.token)
  const sessions = await listSessions(me)
  expect(sessions.map(({ browser, system, address, isCurrent }) => [browser, system, address, isCurrent])).toEqual([
    ['Firefox', 'Linux', '192.0.2.1', true],
    ['curl', null, '192.0.2.1', false],
  ])
  const stranger = await actorOf((await beginSession({ userId: world.userIds.stranger, device })).token)
  await expect(endSession(stranger, { id: sessions[1]?.id ?? '' })).rejects.toMatchObject({ code: 'not_found' })
  await endSession(me, { id: sessions[1]?.id ?? '' })
  expect(await find(there.token)).toBeNull()
  await beginSession({ userId, device })
  expect(await endOtherSessions(me)).toEqual({ ended: 1 })
  expect(await find(here.token)).not.toBeNull()
})

test('what a session left open is not enough for asks for a sign-in, and leaves nothing behind', async () => {
  const developer = await actorOf((await beginSession({ userId: world.userIds.developer, device })).token)
  const removal = { stageId: web.stageId, kind: 'remove' } as const
  const late = { ...developer, session: { id: 's', signedInAt: new Date(clock.nowMs() - pace('freshSignIn')) } }
  const before = await db.deployRecord.count()
  await expect(change({ ...world, person: async () => late }, web, removal)).rejects.toMatchObject({ code: 'fresh_sign_in', status: 401 })
  // Who has no session has not signed in at all.
  const { session: _, ...never } = developer
  await expect(change({ ...world, person: async () => never }, web, removal)).rejects.toMatchObject({ code: 'fresh_sign_in' })
  expect(await db.deployRecord.count()).toBe(before)
  expect((await previewDeploy(late, removal)).expectedHash).toBeTruthy()
  const operator = { ...(await world.person('operator')), session: late.session }
  await expect(blockUser(operator, { userId: world.userIds.viewer, reason: 'for the test' })).rejects.toMatchObject({
    code: 'fresh_sign_in',
  })
})

/** A terminal as it stands in the rows while somebody types. */
const openTerminal = async (userId: string) => {
  const { id: unitId } = await db.unit.findFirstOrThrow({ where: { stageId: web.stageId } })
  const { applicationId } = await db.service.findUniqueOrThrow({ where: { id: web.serviceId } })
  const where = {
    organizationId: world.id,
    applicationId,
    serviceId: web.serviceId,
    stageId: web.stageId,
    environment: 'production',
  } as const
  const { id } = await db.terminal.create({
    data: {
      ...where,
      unitId,
      unitName: 'web/0',
      machineId: world.machines.production[0] ?? '',
      userId,
      cols: 80,
      rows: 24,
      openedAt: clock.now(),
    },
  })
  return id
}

test('who is blocked has no session, no terminal and no deploy that waits; what runs goes on, and nothing comes back', async () => {
  const { developer: userId } = world.userIds
  const { token } = await beginSession({ userId, device })
  const terminal = await openTerminal(userId)
  const waiting = await askForService(world, pkg, { name: 'waits' })
  const running = await askForService(world, pkg, { name: 'runs' })
  await db.deployRecord.update({ where: { id: running.recordId }, data: { state: 'running', startedAt: clock.now() } })
  const ofAnother = await askForService(world, pkg, { name: 'others', by: 'second' })
  const operator = await world.person('operator')

  await expect(blockUser(await world.person('owner'), { userId, reason: 'no reason' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(blockUser(operator, { userId: operator.id, reason: 'for the test' })).rejects.toMatchObject({
    details: { reason: 'oneself' },
  })
  await blockUser(operator, { userId, reason: 'left the company' })

  const states = async () =>
    Promise.all(
      [waiting, running, ofAnother].map(
        async ({ recordId }) => (await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).state,
      ),
    )
  expect(await find(token)).toBeNull()
  expect(await db.terminal.findUnique({ where: { id: terminal } })).toMatchObject({ endReason: 'revoked' })
  expect(await states()).toEqual(['cancelled', 'running', 'awaiting_approval'])
  await expect(beginSession({ userId, device })).rejects.toMatchObject({ code: 'blocked' })
  await expect(blockUser(operator, { userId, reason: 'once more' })).rejects.toMatchObject({ details: { reason: 'blocked_already' } })
  const { items } = await listUsers(operator, { state: ['blocked'] })
  expect(items).toMatchObject([{ id: userId, blocked: { reason: 'left the company', by: { id: operator.id } }, sessions: 0 }])

  await unblockUser(operator, { userId })
  expect(await find(token)).toBeNull()
  expect(await states()).toEqual(['cancelled', 'running', 'awaiting_approval'])
  expect(await find((await beginSession({ userId, device })).token)).not.toBeNull()
})

test('a block that only the rows know of closes the same, and starts nothing that was queued', async () => {
  const userId = world.userIds.admin
  const { token } = await beginSession({ userId, device })
  const terminal = await openTerminal(userId)
  const asked = await askForService(world, pkg, { name: 'queued', by: 'admin' })
  await db.user.update({ where: { id: userId }, data: { blockedAt: clock.now(), blockedReason: 'by hand' } })
  // The door asks the row, whatever else has not happened yet.
  expect(await find(token)).toBeNull()
  const record = await db.deployRecord.update({ where: { id: asked.recordId }, data: { state: 'queued', queuedAt: clock.now() } })
  const stage = await db.stage.findUniqueOrThrow({ where: { id: record.stageId ?? '' } })
  const started = await db.$transaction((tx) => startDeploy(tx, { kind: 'system', id: 'test' }, { record: record as never, stage }))
  expect(started).toMatchObject({ state: 'cancelled', code: 'requester_blocked' })
  await endBlocked()
  expect(await db.session.count({ where: { userId } })).toBe(0)
  expect(await db.terminal.findUnique({ where: { id: terminal } })).toMatchObject({ endReason: 'revoked' })
})

test('the list of people is found by name, turned by page, and operators’ alone', async () => {
  const operator = await world.person('operator')
  const names: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await listUsers(operator, { limit: 4, ...(after ? { after } : {}) })
    names.push(...page.items.map((one) => one.name))
    if (!page.next) break
    after = page.next
  }
  expect(names).toEqual([...names].sort())
  expect(names).toHaveLength(9)
  expect((await listUsers(operator, { q: 'EDGE' })).items).toMatchObject([{ organizations: [{ role: 'developer', application: 'edge' }] }])
  expect((await listUsers(operator, { state: ['operator', 'reviewer'] })).items.map((one) => one.name)).toEqual(['operator', 'reviewer'])
  await expect(listUsers(await world.person('owner'), {})).rejects.toMatchObject({ code: 'not_found' })
})

test('an installation without an operator gets its first by a link that is good once; another comes from the host alone', async () => {
  const somebody = { name: 'Ines', email: 'ines@example.org', device, oldToken: undefined }
  const tokenOf = (link: { path: string } | null) => link?.path.split('/').at(-1) ?? ''
  expect(await createSetupLink({ isReset: false })).toBeNull()
  await db.user.updateMany({ where: { isOperator: true }, data: { isOperator: false } })
  // An operator of the demo is none where the demo is not.
  await db.user.create({ data: { email: 'olga@demo.tengen.test', isOperator: true } })
  const [older, first] = [tokenOf(await createSetupLink({ isReset: false })), tokenOf(await createSetupLink({ isReset: false }))]
  expect([await isSetupLink(older), await isSetupLink(first), await isSetupLink(first)]).toEqual([false, true, true])
  const both = await Promise.allSettled([1, 2].map(() => redeemSetupLink({ ...somebody, token: first })))
  expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  const operators = await db.user.findMany({ where: { isOperator: true, email: 'ines@example.org' } })
  expect(operators).toHaveLength(1)
  expect(await createSetupLink({ isReset: false })).toBeNull()

  await db.user.updateMany({ where: { email: 'ines@example.org' }, data: { isOperator: false, blockedAt: clock.now() } })
  const again = await redeemSetupLink({ ...somebody, token: tokenOf(await createSetupLink({ isReset: true })) })
  expect(await actorOf(again.token)).toMatchObject({ id: operators[0]?.id, isOperator: true })
  const late = tokenOf(await createSetupLink({ isReset: true }))
  clock.advance(pace('setupLink'))
  await expect(redeemSetupLink({ ...somebody, token: late })).rejects.toMatchObject({ code: 'not_found' })
  clock.reset()
})
