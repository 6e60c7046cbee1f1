import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { requestFollowUp } from '@/lib/deploys/follow-up-deploy'
import { listApprovals } from '@/lib/deploys/list-approvals'
import { listDeploys } from '@/lib/deploys/list-deploys'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, buildPackage, settle } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { changeGroup } from './change-group'
import { createGroup, previewGroup } from './create-group'
import type { CreateGroupInput } from './schema'

let database: TestDatabase
let world: BuiltOrganization
let versions: Record<'store' | 'web' | 'proxy', string>

const port = { port: 'http' }
const needs = (name: string, kind: string, more = {}) => ({ name, interface: kind, granularity: 'unit', ...more })

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const store = await buildPackage(['1.0.0'], { component: { provides: [{ name: 'store', interface: 'redis', ...port }] } })
  const web = await buildPackage(['1.0.0'], {
    component: { provides: [{ name: 'web', interface: 'http', ...port }], requires: [needs('db', 'redis')] },
  })
  const proxy = await buildPackage(['1.0.0'], { component: { requires: [needs('web', 'http', { optional: true, many: true })] } })
  versions = { store: store.versions['1.0.0'] ?? '', web: web.versions['1.0.0'] ?? '', proxy: proxy.versions['1.0.0'] ?? '' }
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

/** Proxy → web → store, said in an order in which nothing could begin. */
function shop(name: string, webName = `${name}-web`, environment: 'test' | 'production' = 'test'): CreateGroupInput {
  const member = (kind: keyof typeof versions, own: string) => ({ name: own, packageVersionId: versions[kind], count: 1 })
  return {
    organization: world.slug,
    application: 'shop',
    name,
    runtimeId: world.runtimes[environment],
    members: [
      { ...member('proxy', `${name}-proxy`), requires: { web: [webName] } },
      { ...member('web', webName), count: 2, requires: { db: [`${name}-store`] } },
      member('store', `${name}-store`),
    ],
    reason: 'for the test',
  }
}

const record = (id: string) => database.db.deployRecord.findUniqueOrThrow({ where: { id } })
const partsOf = (id: string) => database.db.deployRecord.findMany({ where: { partOfId: id }, orderBy: { number: 'asc' } })
const statesOf = async (id: string) => (await partsOf(id)).map((part) => [part.serviceName, part.state])
const units = (group: string) =>
  database.db.unit.findMany({ where: { removedAt: null, stage: { service: { name: { startsWith: `${group}-` } } } } })
const stageOf = async (name: string) => (await database.db.stage.findFirstOrThrow({ where: { service: { name, removedAt: null } } })).id

test('one approval of one hash deploys a group in the order of its relations, and its parts are nobody’s to decide alone', async () => {
  const developer = await world.person('developer')
  const preview = await previewGroup(developer, shop('one', 'one-web', 'production'))
  expect(preview).toMatchObject({ environment: 'production', summary: { counts: { create: 4 } }, approval: { needed: 1 } })
  const made = await createGroup(developer, { ...shop('one', 'one-web', 'production'), expectedHash: preview.expectedHash })
  await carryJobs()
  expect((await record(made.recordId)).state).toBe('awaiting_approval')
  const admin = await world.person('admin')
  const waiting = await listApprovals(admin, { organization: world.slug })
  expect(waiting.cards.map((card) => card.number)).toEqual([made.number])
  expect((await listDeploys(admin, { organization: world.slug })).items.map((item) => item.number)).toEqual([made.number])
  const [first] = await partsOf(made.recordId)
  await expect(approve(world, first?.id ?? '')).rejects.toMatchObject({ code: 'conflict', details: { reason: 'part_of_group' } })
  await expect(cancelDeploy(developer, { recordId: first?.id ?? '' })).rejects.toMatchObject({ details: { reason: 'part_of_group' } })
  await settle(world, made.recordId)
  expect((await record(made.recordId)).state).toBe('succeeded')
  const parts = await partsOf(made.recordId)
  expect(parts.map((part) => [part.serviceName, part.state])).toEqual([
    ['one-store', 'succeeded'],
    ['one-web', 'succeeded'],
    ['one-proxy', 'succeeded'],
  ])
  for (const [i, part] of parts.slice(1).entries())
    expect(part.startedAt?.getTime()).toBeGreaterThanOrEqual(parts[i]?.endedAt?.getTime() ?? 0)
  expect(await units('one')).toHaveLength(4)
})

test('a part that fails keeps those after it from beginning, and the whole says which and why', async () => {
  const { recordId } = await createGroup(await world.person('developer'), shop('two', 'fails-install-web'))
  await carryJobs()
  expect(await statesOf(recordId)).toEqual([
    ['two-store', 'succeeded'],
    ['fails-install-web', 'failed'],
    ['two-proxy', 'cancelled'],
  ])
  expect(await record(recordId)).toMatchObject({
    state: 'failed',
    code: 'hook_failed',
    message: expect.stringContaining('fails-install-web: '),
  })
  expect(await database.db.stageLock.count()).toBe(0)

  // What was wrong with it is mended; tried again, the whole is what is left of it.
  await database.db.service.updateMany({ where: { name: 'fails-install-web' }, data: { name: 'two-web' } })
  const again = await requestFollowUp(await world.person('developer'), { recordId, follow: 'retry' })
  await carryJobs()
  expect(await statesOf(again.recordId)).toEqual([
    ['two-web', 'succeeded'],
    ['two-proxy', 'succeeded'],
  ])
  expect(await record(again.recordId)).toMatchObject({ state: 'succeeded', retryOfId: recordId })
  await expect(requestFollowUp(await world.person('developer'), { recordId, follow: 'retry' })).rejects.toMatchObject({
    code: 'nothing_to_do',
  })
})

test('what was approved is what happens: inputs that change before the start void the approval of the whole', async () => {
  const { recordId } = await createGroup(await world.person('developer'), shop('three', 'three-web', 'production'))
  await carryJobs()
  const before = await record(recordId)
  // A part's inputs move on: somebody marks its stage as changed, and gives it another limit, which is part of the plan.
  await database.db.stage.update({
    where: { id: await stageOf('three-web') },
    data: { inputsRevision: { increment: 1 }, maxUnavailable: 2 },
  })
  await approve(world, recordId)
  await carryJobs()
  const after = await record(recordId)
  expect([after.state, after.planId === before.planId]).toEqual(['awaiting_approval', false])
  await settle(world, recordId)
  expect((await record(recordId)).state).toBe('succeeded')
})

test('while a stage of it is in other hands the whole waits, and takes no other', async () => {
  const created = await createGroup(await world.person('developer'), shop('four'))
  await carryJobs()
  expect((await record(created.recordId)).state).toBe('succeeded')
  const stageId = await stageOf('four-web')
  await database.db.stageLock.create({ data: { stageId, recordId: 'somebody' } })
  const home = { organization: world.slug, application: 'shop', group: 'four', environment: 'test' } as const
  const { recordId } = await changeGroup(await world.person('developer'), { ...home, kind: 'restart' })
  await carryJobs()
  expect(await record(recordId)).toMatchObject({ state: 'queued', waitsForId: 'somebody' })
  expect(await database.db.stageLock.count()).toBe(1)
  await database.db.stageLock.delete({ where: { stageId } })
  await database.db.outbox.create({ data: { job: 'deploy.advance', payload: { recordId } } })
  await carryJobs()
  expect((await record(recordId)).state).toBe('succeeded')
})

test('a group is taken down in reverse, also where its parts cannot be without each other', async () => {
  const developer = await world.person('developer')
  await expect(requestDeploy(developer, { stageId: await stageOf('four-store'), kind: 'remove' })).rejects.toMatchObject({ code: 'needed' })
  const home = { organization: world.slug, application: 'shop', group: 'four', environment: 'test' } as const
  const { recordId } = await changeGroup(developer, { ...home, kind: 'remove', keepData: false })
  await carryJobs()
  expect(await statesOf(recordId)).toEqual([
    ['four-proxy', 'succeeded'],
    ['four-web', 'succeeded'],
    ['four-store', 'succeeded'],
  ])
  expect((await record(recordId)).state).toBe('succeeded')
  expect(await units('four')).toEqual([])
  expect(await database.db.group.count({ where: { name: 'four', removedAt: null } })).toBe(0)
})

test('a group that is cancelled before it starts leaves no part waiting', async () => {
  const developer = await world.person('developer')
  const { recordId } = await createGroup(developer, shop('five', 'five-web', 'production'))
  await cancelDeploy(developer, { recordId })
  await carryJobs()
  expect((await statesOf(recordId)).map(([, state]) => state)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect(
    await database.db.reservation.count({ where: { endedAt: null, recordId: { in: (await partsOf(recordId)).map((part) => part.id) } } }),
  ).toBe(0)
})

test('members that need each other in a circle, or nobody of the group, are refused and leave nothing', async () => {
  const developer = await world.person('developer')
  const wrong = shop('six')
  const circle = wrong.members.map((member) => (member.name === 'six-web' ? { ...member, requires: { db: ['six-proxy'] } } : member))
  await expect(createGroup(developer, { ...wrong, members: circle })).rejects.toMatchObject({ code: 'invalid' })
  const unknown = wrong.members.filter((member) => member.name !== 'six-store')
  await expect(createGroup(developer, { ...wrong, members: unknown })).rejects.toMatchObject({ code: 'invalid' })
  await expect(createGroup(await world.person('viewer'), wrong)).rejects.toMatchObject({ code: 'forbidden' })
  expect(await database.db.service.count({ where: { name: { startsWith: 'six-' } } })).toBe(0)
})
