import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockUser, unblockUser } from '@/lib/accounts/block-user'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { pool } from '@/lib/db/client'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { getDeploy } from '@/lib/deploys/get-deploy'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { hashToken } from '@/lib/ids'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService } from '@/lib/testing/build-service'
import { buildToken } from '@/lib/testing/build-token'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { createOwnToken, createToken } from './create-token'
import { listOwnTokens, listTokens } from './list-tokens'
import { loadTokens, touchToken } from './load-tokens'
import { revokeOwnToken, revokeToken } from './revoke-token'

let database: TestDatabase
let world: BuiltOrganization
let web: BuiltService
let other: BuiltService
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const pkg = await buildPackage(['1.0.0'], { organizationId: world.id })
  web = await buildService(world, pkg)
  other = await buildService(world, pkg, { name: 'other' })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const speaker = async (token: string): Promise<PersonActor | undefined> => (await loadTokens(pool, [hashToken(token)]))[0]?.actor
const ask = { name: 'ci', scopes: ['read', 'deploy'] as ('read' | 'deploy')[], days: 30 }

test('a token is said once, kept as its hash, and seen again by its first characters', async () => {
  const developer = await world.person('developer')
  const { token, id } = await createOwnToken(developer, ask)
  expect(JSON.stringify(await database.db.apiToken.findMany())).not.toContain(token)
  const view = (await listOwnTokens(developer)).items.find((one) => one.id === id)
  expect(view).toMatchObject({ prefix: token.slice(0, 12), state: 'active', lastUsedAt: null, scopes: ['read', 'deploy'] })
  expect(JSON.stringify(view)).not.toContain(token)
  const who = (await loadTokens(pool, [hashToken(token)]))[0]
  if (who) await touchToken(pool, who, { address: '192.0.2.7', agent: undefined })
  const after = (await listOwnTokens(developer)).items.find((one) => one.id === id)
  expect([after?.lastAddress, after?.lastUsedAt !== null]).toEqual(['192.0.2.7', true])
  await revokeOwnToken(developer, { id })
  expect(await speaker(token)).toBeUndefined()
  await expect(revokeOwnToken(developer, { id })).rejects.toMatchObject({ code: 'conflict' })
  expect((await listOwnTokens(developer)).items.find((one) => one.id === id)).toMatchObject({ state: 'revoked' })
})

test('viewers have none, nobody ends another person’s, and an organisation’s are its admins’ to make', async () => {
  await expect(createOwnToken(await world.person('viewer'), ask)).rejects.toMatchObject({ code: 'forbidden' })
  const { id } = await createOwnToken(await world.person('developer'), ask)
  await expect(revokeOwnToken(await world.person('owner'), { id })).rejects.toMatchObject({ code: 'not_found' })
  const inHarbor = { ...ask, organization: world.slug }
  await expect(createToken(await world.person('developer'), inHarbor)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(createToken(await world.person('stranger'), inHarbor)).rejects.toMatchObject({ code: 'not_found' })
  const admin = await world.person('admin')
  await expect(listTokens(await world.person('developer'), { organization: world.slug })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await listTokens(admin, { organization: world.slug })).scopes).not.toContain('approve')
  // What only reads is offered to whom it is good for.
  expect((await listOwnTokens(admin)).scopes).toContain('audit')
  expect((await listOwnTokens(await world.person('developer'))).scopes).not.toContain('audit')
  await expect(createToken(admin, { ...inHarbor, scopes: ['approve'] })).rejects.toMatchObject({ code: 'invalid' })
  await expect(createOwnToken(admin, { ...ask, scopes: ['platform'] })).rejects.toMatchObject({ code: 'invalid' })
  await expect(createToken(admin, { ...inHarbor, application: 'shop', services: ['nobody'] })).rejects.toMatchObject({ code: 'not_found' })
})

test('a token follows the role of its person, and an organisation’s stays when its maker leaves', async () => {
  const { db } = database
  const user = await db.user.create({ data: { email: 'leaves@example.org', name: 'Leaves' } })
  const member = await db.member.create({ data: { userId: user.id, organizationId: world.id, role: 'admin' } })
  const own = await buildToken({ userId: user.id, scopes: ['deploy'] })
  const shared = await buildToken({ userId: user.id, scopes: ['deploy'], organizationId: world.id, isShared: true })
  await db.member.update({ where: { id: member.id }, data: { role: 'viewer' } })
  expect((await speaker(own.token))?.grants).toMatchObject([{ role: 'viewer' }])
  await db.member.delete({ where: { id: member.id } })
  expect((await speaker(own.token))?.grants).toEqual([])
  expect((await speaker(shared.token))?.grants).toMatchObject([{ organizationId: world.id, role: 'admin' }])
  await revokeToken(await world.person('owner'), { organization: world.slug, id: shared.id })
  expect(await speaker(shared.token)).toBeUndefined()
})

test('blocking ends the tokens of a person and those they made; letting in again brings none back', async () => {
  const { db } = database
  const user = await db.user.create({ data: { email: 'blocked@example.org', name: 'Blocked' } })
  const own = await buildToken({ userId: user.id, scopes: ['read'] })
  const shared = await buildToken({ userId: user.id, scopes: ['read'], organizationId: world.id, isShared: true })
  const operator = await world.person('operator')
  await blockUser(operator, { userId: user.id, reason: 'for the test' })
  expect(await Promise.all([speaker(own.token), speaker(shared.token)])).toEqual([undefined, undefined])
  await unblockUser(operator, { userId: user.id })
  expect(await Promise.all([speaker(own.token), speaker(shared.token)])).toEqual([undefined, undefined])
})

test('what takes a fresh sign-in takes a person: a token with every right is told so', async () => {
  const { token } = await buildToken({ userId: world.userIds.operator, scopes: ['platform'] })
  const speaks = (await speaker(token)) as PersonActor
  const block = blockUser(speaks, { userId: world.userIds.viewer, reason: 'for the test' })
  await expect(block).rejects.toMatchObject({ code: 'forbidden', details: { reason: 'takes_person' } })
  await expect(createOwnToken(speaks, ask)).rejects.toMatchObject({ code: 'forbidden' })
})

test('what CI asks for is asked by its maker, who does not approve it; another service is not there for it', async () => {
  const owner = world.userIds.owner
  const { token } = await buildToken({
    userId: owner,
    scopes: ['deploy'],
    organizationId: world.id,
    isShared: true,
    serviceIds: [web.serviceId],
  })
  const ci = (await speaker(token)) as PersonActor
  const opened = await requestDeploy(ci, { stageId: web.stageId, kind: 'scale', counts: { [web.placementId]: 1 } })
  const record = await getDeploy(ci, { organization: world.slug, number: opened.number })
  expect(record.requester).toEqual({ id: owner, kind: 'token', name: 'for the test' })
  const sign = { recordId: opened.recordId, planHash: record.planHash ?? '' }
  await expect(approveDeploy(await world.person('owner'), sign)).rejects.toMatchObject({ details: { reason: 'own_request' } })
  await expect(requestDeploy(ci, { stageId: other.stageId, kind: 'scale', counts: { [other.placementId]: 1 } })).rejects.toMatchObject({
    code: 'not_found',
  })
  await expect(approveDeploy(ci, sign)).rejects.toMatchObject({ code: 'forbidden' })
})
