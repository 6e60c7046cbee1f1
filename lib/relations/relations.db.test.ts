import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { createService } from '@/lib/deploys/create-service'
import { createStage } from '@/lib/deploys/create-stage'
import { deployRows } from '@/lib/deploys/deploy-rows'
import { recordNews } from '@/lib/deploys/record-news'
import { rejectDeploy } from '@/lib/deploys/reject-deploy'
import { relateStage } from '@/lib/deploys/relate-stage'
import { tellAgain } from '@/lib/deploys/tell-again'
import { resumeAutomation } from '@/lib/machines/resume-automation'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { type BuiltPackage, type BuiltService, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { changeExternal } from './change-external'
import { addExternal } from './external-services'
import { getRelationMap } from './get-relation-map'
import { getServiceRelations } from './get-service-relations'
import { setRelations } from './set-relations'
import { storeUnitRelations, unitRelations } from './unit-relations'

let database: TestDatabase
let world: BuiltOrganization
let store: BuiltService
let other: BuiltService
let web: BuiltService
let storePackage: BuiltPackage

const ports = (names: string[]) => names.map((name, index) => ({ name, default: 8080 + index }))
const provides = (port: string) => ({ ports: ports(['http', 'admin']), provides: [{ name: 'store', interface: 'redis', port }] })

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  storePackage = await buildPackage(['1.0.0'], { component: provides('http') })
  const taker = await buildPackage(['1.0.0'], {
    component: { requires: [{ name: 'db', interface: 'redis', granularity: 'service', optional: true }] },
  })
  store = await buildService(world, storePackage, { name: 'store', count: 2 })
  other = await buildService(world, storePackage, { name: 'other', count: 1 })
  web = await buildService(world, taker, { name: 'web', count: 1 })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const place = () => ({ organization: world.slug, application: 'shop' })
const relate = async (by: PersonName, provider: BuiltService) =>
  setRelations(await world.person(by), {
    ...place(),
    name: 'web',
    environment: 'production',
    relations: { db: [{ serviceId: provider.serviceId }] },
  })
const live = () => database.db.relation.findMany({ where: { consumerStageId: web.stageId, removedAt: null } })
const unitsOf = ({ stageId }: BuiltService) =>
  database.db.unit.findMany({
    where: { stageId, removedAt: null },
    include: { allocations: { where: { to: null } } },
    orderBy: { ordinal: 'asc' },
  })

/** Where the one unit of the consumer goes to now. */
async function goesTo(): Promise<string> {
  const [unit] = await unitsOf(web)
  const [end] = (await unitRelations(database.db, [unit?.id ?? ''])).get(unit?.id ?? '')?.ends ?? []
  return `${end?.service} ${end?.port}`
}
const portOf = async (service: BuiltService, ordinal: number) =>
  ((await unitsOf(service))[ordinal]?.allocations[0]?.ports as Record<string, number> | undefined)?.http

test('in production whom a service talks to is chosen by those who approve; both of two at the same moment leave one relation', async () => {
  await expect(relate('developer', store)).rejects.toMatchObject({ code: 'forbidden', details: { permission: 'relation.set_production' } })
  const outside = { ...place(), name: 'outside', interface: 'redis', endpoints: [{ address: 'redis.example.org', port: 6379 }] }
  const developer = await world.person('developer')
  await expect(addExternal(developer, { ...outside, environment: 'production' })).rejects.toMatchObject({ code: 'forbidden' })
  await addExternal(developer, { ...outside, environment: 'test' })
  const { gate } = await getServiceRelations(developer, { ...place(), name: 'web', environment: 'production' })
  expect(gate).toMatchObject({ allowed: false, code: 'approvers_relate', whoMay: expect.arrayContaining(['admin']) })
  await Promise.all([relate('admin', store), relate('owner', store)])
  expect(await live()).toMatchObject([{ providerStageId: store.stageId }])
})

test('who goes to one unit for all is told of another when that one stops to serve, and the record says who changed', async () => {
  await carryJobs()
  const [consumer] = await unitsOf(web)
  const unitId = consumer?.id ?? ''
  const [first] = await unitsOf(store)
  expect(await goesTo()).toBe(`store ${await portOf(store, 0)}`)
  // Its agent has been told, and has taken it up.
  const told = (await storeUnitRelations(database.db, [unitId])).get(unitId)
  const machineId = consumer?.allocations[0]?.machineId ?? ''
  const desired = {
    unitId,
    machineId,
    generation: 1,
    unitName: 'web/0',
    wanted: 'running',
    revision: 1,
    contentDigest: consumer?.contentDigest,
  }
  await database.db.desiredUnit.create({ data: { ...desired, relationsDigest: told } })
  const say = (seq: number, state: 'ready' | 'running') =>
    recordNews(first?.allocations[0]?.machineId ?? '', [
      {
        seq,
        unit: {
          ...{ unitId: first?.id ?? '', generation: first?.generation ?? 1, state, transition: null, restarts: 0 },
          ...{ contentDigest: first?.contentDigest ?? null, releaseId: first?.releaseId ?? null, at: new Date().toISOString() },
        },
      },
    ])
  await say(1, 'ready')
  const waiting = await database.db.outbox.findMany({ where: { job: 'relation.tell', sentAt: null } })
  expect(waiting.map((row) => row.payload)).toEqual([{ stageId: web.stageId }])
  expect(await goesTo()).toBe(`store ${await portOf(store, 1)}`)
  await relateStage({ stageId: web.stageId, recordId: store.recordId })
  const [record] = await database.db.deployRecord.findMany({ where: { stageId: web.stageId, kind: 'relate' } })
  const [row] = await deployRows(await world.person('viewer'), record ? [record] : [])
  expect(row?.cause).toMatchObject({ code: 'cause_relation_changed', values: { names: 'store', more: 0, record: String(store.number) } })
  // Back before anybody was told of the other: nothing is left to say.
  await database.db.deployRecord.updateMany({ where: { kind: 'relate' }, data: { state: 'cancelled', endedAt: new Date() } })
  await say(2, 'running')
  await relateStage({ stageId: web.stageId })
  expect(await database.db.deployRecord.count({ where: { stageId: web.stageId, kind: 'relate' } })).toBe(1)
})

test('what a unit did not take up is told again, after longer and longer pauses, until it has', async () => {
  const [consumer] = await unitsOf(web)
  const unitId = consumer?.id ?? ''
  const told = (await database.db.desiredUnit.findFirstOrThrow({ where: { unitId } })).relationsDigest
  const of = { stageId: web.stageId, kind: 'relate' as const }
  const live = () => database.db.deployRecord.findMany({ where: { ...of, endedAt: null } })
  /** The record that is at it ends so long ago. */
  const end = async (seconds: number) => {
    await database.db.deployRecord.updateMany({ where: { ...of, endedAt: null }, data: { state: 'failed' } })
    await database.db.deployRecord.updateMany({
      where: { stageId: web.stageId },
      data: { endedAt: new Date(clock.nowMs() - seconds * 1000) },
    })
  }
  await end(30)
  expect(await tellAgain()).toBe(0)
  await end(61)
  expect(await tellAgain()).toBe(1)
  expect(await live()).toMatchObject([{ cause: { code: 'relation_unheard', values: { units: 1 } } }])
  expect(await tellAgain()).toBe(0)
  await end(61)
  expect(await tellAgain()).toBe(0)
  await database.db.automationPause.updateMany({ where: of, data: { nextAt: clock.now() } })
  expect(await tellAgain()).toBe(1)
  expect(await database.db.automationPause.findFirst({ where: of })).toMatchObject({ tries: 2 })
  await end(61)
  await database.db.unit.update({ where: { id: unitId }, data: { relationsDigest: told } })
  expect(await tellAgain()).toBe(0)
  expect(await database.db.automationPause.count({ where: of })).toBe(0)
})

test('what changes while automation rests is told once it acts again', async () => {
  const { runtimes } = world
  await database.db.runtime.update({ where: { id: runtimes.production }, data: { lossSince: clock.now(), lossCount: 2, lossOf: 2 } })
  await database.db.outbox.deleteMany()
  await database.db.unit.updateMany({ where: { stageId: store.stageId }, data: { leavingAt: clock.now() } })
  await relateStage({ stageId: web.stageId })
  const told = () => database.db.deployRecord.count({ where: { stageId: web.stageId, kind: 'relate', endedAt: null } })
  expect(await told()).toBe(0)
  const operator = await database.db.user.create({ data: { name: 'op', email: 'op@example.org', isOperator: true } })
  await resumeAutomation(
    { kind: 'person', id: operator.id, name: 'op', isOperator: true, isReviewer: false, grants: [] },
    { runtimeId: runtimes.production },
  )
  const jobs = await database.db.outbox.findMany({ where: { job: 'relation.tell' } })
  expect(jobs.map((row) => row.payload)).toContainEqual({ stageId: web.stageId })
  await relateStage({ stageId: web.stageId })
  expect(await told()).toBe(1)
  await database.db.outbox.deleteMany()
  await database.db.deployRecord.updateMany({ where: { kind: 'relate' }, data: { state: 'failed', endedAt: clock.now() } })
  await database.db.unit.updateMany({ where: { stageId: store.stageId }, data: { leavingAt: null } })
  // From here on nobody stands in for its agent.
  await database.db.desiredUnit.deleteMany()
})

test('what a release that was rejected would give is nobody’s to know', async () => {
  const { id } = await buildPackage(['2.0.0'], { component: provides('admin') })
  await database.db.packageVersion.updateMany({ where: { packageId: id }, data: { packageId: storePackage.id } })
  const { id: packageVersionId } = await database.db.packageVersion.findFirstOrThrow({
    where: { packageId: storePackage.id, version: '2.0.0' },
  })
  const { recordId } = await change(world, store, { kind: 'upgrade', packageVersionId })
  await rejectDeploy(await world.person('admin'), { recordId, reason: 'no' })
  expect(await goesTo()).toBe(`store ${await portOf(store, 0)}`)
  await relate('admin', other)
  expect(await goesTo()).toBe(`other ${await portOf(other, 0)}`)
})

test('what is outside is known by its name in either environment, and who takes it is told when it is elsewhere', async () => {
  const bound = await buildPackage(['1.0.0'], { component: { requires: [{ name: 'db', interface: 'redis' }] } })
  const [admin, developer] = await Promise.all([world.person('admin'), world.person('developer')])
  const mail = { ...place(), name: 'mail', interface: 'redis', endpoints: [{ address: 'one.example.org', port: 6379 }] }
  const test = await addExternal(developer, { ...mail, environment: 'test' })
  const production = await addExternal(admin, { ...mail, environment: 'production' })
  const service = { packageVersionId: bound.versions['1.0.0'] ?? '', count: 1 }
  const made = await createService(developer, {
    ...{ ...place(), ...service, name: 'bound', runtimeId: world.runtimes.test, relations: { db: [{ externalId: test.id }] } },
  })
  await settle(world, made.recordId)
  const further = await createStage(developer, { ...place(), ...service, service: 'bound', runtimeId: world.runtimes.production })
  await settle(world, further.recordId)
  const relation = await database.db.relation.findFirstOrThrow({ where: { externalId: production.id, removedAt: null } })
  const there = { ...place(), id: production.id, endpoints: [{ address: 'two.example.org', port: 6379 }] }
  await expect(changeExternal(developer, there)).rejects.toMatchObject({ code: 'forbidden' })
  await expect(changeExternal(admin, { ...there, seen: there.endpoints })).rejects.toMatchObject({ code: 'stale' })
  await changeExternal(admin, { ...there, seen: mail.endpoints })
  const told = await database.db.outbox.findMany({ where: { job: 'relation.tell', sentAt: null } })
  expect(told.map((row) => row.payload)).toEqual([{ stageId: relation.consumerStageId }])
  const units = await database.db.unit.findMany({ where: { stageId: relation.consumerStageId } })
  const known = await unitRelations(
    database.db,
    units.map((unit) => unit.id),
  )
  expect([...known.values()].map(({ ends }) => ends.map((end) => end.address))).toEqual([['two.example.org']])
})

test('what only a later version needs is chosen before the upgrade to it, which is refused until then', async () => {
  const cache = { name: 'cache', interface: 'redis', granularity: 'service' as const }
  const next = await buildPackage(['2.0.0'], { component: { requires: [cache] } })
  const plain = await buildPackage(['1.0.0'])
  await database.db.packageVersion.updateMany({ where: { packageId: next.id }, data: { packageId: plain.id } })
  const service = await buildService(world, plain, { name: 'plain', count: 1 })
  const packageVersionId = next.versions['2.0.0'] ?? ''
  await expect(change(world, service, { kind: 'upgrade', packageVersionId })).rejects.toMatchObject({ code: 'relation_missing' })
  const admin = await world.person('admin')
  const where = { ...place(), name: 'plain', environment: 'production' as const }
  const { requires, choices } = await getServiceRelations(admin, where)
  expect(requires).toMatchObject([{ name: 'cache', since: '2.0.0' }])
  expect(choices.map((choice) => choice.id)).toContain(other.serviceId)
  await setRelations(admin, { ...where, relations: { cache: [{ serviceId: other.serviceId }] } })
  await settle(world, (await change(world, service, { kind: 'upgrade', packageVersionId })).recordId)
  expect((await getServiceRelations(admin, where)).requires).toMatchObject([{ name: 'cache', since: null }])
  await expect(setRelations(admin, { ...where, relations: { cache: [] } })).rejects.toMatchObject({ code: 'relation_missing' })
})

test('of many that need one service the first are named, and the others counted', async () => {
  const row = {
    organizationId: world.id,
    environment: 'production',
    requirement: 'db',
    interface: 'redis',
    granularity: 'service',
  } as const
  const left = 1 + (await database.db.relation.count({ where: { providerStageId: other.stageId, removedAt: null } }))
  const many = Array.from({ length: 301 }, (_, index) => ({ ...row, consumerStageId: `many-${index}`, providerStageId: other.stageId }))
  await database.db.relation.createMany({ data: many })
  const seen = await getServiceRelations(await world.person('viewer'), { ...place(), name: 'other', environment: 'production' })
  expect(seen.edgesLeft).toBe(left)
  const map = await getRelationMap(await world.person('viewer'), { ...place(), environment: 'production', q: 'other' })
  expect(map.edgesLeft).toBe(left)
  await database.db.relation.deleteMany({ where: { consumerStageId: { startsWith: 'many-' } } })
})
