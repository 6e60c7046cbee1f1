import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { createStage } from '@/lib/deploys/create-stage'
import { requestFollowUp } from '@/lib/deploys/follow-up-deploy'
import { listApprovals } from '@/lib/deploys/list-approvals'
import { listDeploys } from '@/lib/deploys/list-deploys'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { setRelations } from '@/lib/relations/set-relations'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, buildPackage, buildService, settle } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { changeGroup } from './change-group'
import { createGroup, previewGroup } from './create-group'
import { listGroups } from './list-groups'
import { previewRemoval, removeWithDependents } from './remove-with-dependents'
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

test('services of a group that need each other in a circle are seen, stopped and taken down all the same', async () => {
  const developer = await world.person('developer')
  const ring = await buildPackage(['1.0.0'], {
    component: { provides: [{ name: 'ring', interface: 'ring', ...port }], requires: [needs('next', 'ring', { optional: true })] },
  })
  const member = (name: string) => ({ name, packageVersionId: ring.versions['1.0.0'] ?? '', count: 1 })
  const place = { organization: world.slug, application: 'shop' }
  const made = await createGroup(developer, {
    ...{ ...place, name: 'ring', runtimeId: world.runtimes.test },
    members: [member('ring-a'), member('ring-b')],
  })
  await settle(world, made.recordId)
  for (const [name, next] of [
    ['ring-a', 'ring-b'],
    ['ring-b', 'ring-a'],
  ] as const) {
    const { id: serviceId } = await database.db.service.findFirstOrThrow({ where: { name: next } })
    await setRelations(developer, { ...place, name, environment: 'test', relations: { next: [{ serviceId }] } })
  }
  await database.db.relation.updateMany({ where: { requirement: 'next' }, data: { isRequired: true } })
  const { groups } = await listGroups(developer, { ...place, environment: 'test' })
  expect(
    groups
      .find((group) => group.name === 'ring')
      ?.services.map((service) => service.name)
      .sort(),
  ).toEqual(['ring-a', 'ring-b'])
  for (const kind of ['stop', 'remove'] as const) {
    const { recordId } = await changeGroup(developer, { ...place, group: 'ring', environment: 'test', kind })
    await carryJobs()
    expect(await record(recordId)).toMatchObject({ kind, state: 'succeeded' })
  }
  expect(await units('ring')).toEqual([])
})

test('a service goes with those that cannot be without it, in reverse and as one deploy; who can stays', async () => {
  const developer = await world.person('developer')
  const { recordId: installed } = await createGroup(developer, shop('seven', 'seven-web', 'production'))
  await settle(world, installed)
  // Practice units confirm nothing; what is stopped nobody waits for.
  await settle(world, (await requestDeploy(developer, { stageId: await stageOf('seven-proxy'), kind: 'stop' })).recordId)
  const alone = { stageId: await stageOf('seven-store'), kind: 'remove' } as const
  await expect(requestDeploy(developer, alone)).rejects.toMatchObject({
    code: 'needed',
    details: { services: ['seven-web'], along: ['seven-web'] },
  })
  const wish = {
    organization: world.slug,
    application: 'shop',
    service: 'seven-store',
    environment: 'production',
    keepData: false,
  } as const
  await expect(removeWithDependents(await world.person('viewer'), wish)).rejects.toMatchObject({ code: 'forbidden' })
  const { expectedHash, summary } = await previewRemoval(developer, wish)
  expect(summary.counts).toMatchObject({ remove: 3, create: 0 })
  expect(summary.dependents.map((one) => one.name)).toEqual(['seven-proxy'])
  const { recordId, number } = await removeWithDependents(developer, { ...wish, expectedHash })
  await carryJobs()
  const waiting = await listApprovals(await world.person('admin'), { organization: world.slug })
  expect(waiting.cards.map((card) => card.number)).toContain(number)
  await settle(world, recordId)
  expect(await statesOf(recordId)).toEqual([
    ['seven-web', 'succeeded'],
    ['seven-store', 'succeeded'],
  ])
  expect(await record(recordId)).toMatchObject({ state: 'succeeded', kind: 'remove' })
  expect(await units('seven')).toHaveLength(1)
  const { groups } = await listGroups(developer, { organization: world.slug, application: 'shop', environment: 'production' })
  expect(groups.filter((group) => group.name.startsWith('seven')).map((group) => group.services.map((service) => service.name))).toEqual([
    ['seven-proxy'],
  ])
})

test('a service stays while its other environment has a release in force, though nothing runs it there', async () => {
  const developer = await world.person('developer')
  const pkg = await buildPackage(['1.0.0'], { component: { requires: [needs('db', 'redis', { optional: true })] } })
  const both = await buildService(world, pkg, { name: 'both', environment: 'test', count: 1 })
  const there = { organization: world.slug, application: 'shop', service: 'both', runtimeId: world.runtimes.production, count: 1 }
  const first = await createStage(developer, { ...there, packageVersionId: pkg.versions['1.0.0'] })
  await settle(world, first.recordId)
  const production = await database.db.stage.findFirstOrThrow({
    where: { serviceId: both.serviceId, environment: 'production' },
    include: { placements: true },
  })
  const counts = { [production.placements[0]?.id ?? '']: 0 }
  await settle(world, (await requestDeploy(developer, { stageId: production.id, kind: 'scale', counts })).recordId)
  const isGone = async () => (await database.db.service.findUniqueOrThrow({ where: { id: both.serviceId } })).removedAt !== null
  await settle(world, (await requestDeploy(developer, { stageId: both.stageId, kind: 'remove' })).recordId)
  expect(await isGone()).toBe(false)
  await settle(world, (await requestDeploy(developer, { stageId: production.id, kind: 'remove' })).recordId)
  expect(await isGone()).toBe(true)
})
