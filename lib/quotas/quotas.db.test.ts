import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { getNewService } from '@/lib/services/get-new-service'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { askForService, type BuiltPackage, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { type Amounts, noLimits } from './amount-views'
import { askQuota } from './ask-quota'
import { approveRequest, refuseRequest } from './decide-request'
import { getRuntimes } from './get-runtimes'
import { listRequests } from './list-requests'
import { offerPool } from './offer-pool'
import { setApplicationQuota, setOrganizationQuota } from './set-quota'
import { QuotaRequestListSchema, RuntimesViewSchema } from './views'
import { withdrawRequest } from './withdraw-request'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 3 })
  pkg = await buildPackage(['1.0.0'], { component: { data: [], resources: { cpuMillis: 100, memoryMib: 64, diskMib: 10 } } })
})
afterAll(() => database.dispose())

const none = noLimits
const ask = async (runtimeId: string, amounts: Partial<Amounts>, by: PersonName = 'developer') =>
  askQuota(await world.person(by), { organization: world.slug, runtimeId, amounts: { ...none, ...amounts }, reason: 'for the sale' })
const waiting = async () => QuotaRequestListSchema.parse(await listRequests(await world.person('operator'), {}))
const seen = async (by: PersonName = 'developer') =>
  RuntimesViewSchema.parse(await getRuntimes(await world.person(by), { organization: world.slug }))

test('a developer asks for a pool, an operator grants less, and the plan counts with that from then on', async () => {
  const pool = await db.runtime.create({ data: { name: 'large', environment: 'test', driver: 'practice', isOffered: true } })
  expect((await seen()).runtimes.find((one) => one.id === pool.id)).toMatchObject({ quota: null, machines: 0, ask: { allowed: true } })
  const wish = { organization: world.slug, application: 'shop', package: pkg.name }
  expect((await getNewService(await world.person('developer'), wish)).offered).toMatchObject([{ id: pool.id, name: 'large' }])
  await expect(ask(pool.id, { units: 4 }, 'viewer')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(ask(pool.id, { units: 4 }, 'stranger')).rejects.toMatchObject({ code: 'not_found' })
  const { id } = await ask(pool.id, { units: 40, memoryMib: 4096 })
  await expect(ask(pool.id, { units: 50 })).rejects.toMatchObject({ code: 'conflict', details: { reason: 'quota_asked' } })
  const list = await waiting()
  expect(list).toMatchObject({ waiting: 1, items: [{ id, state: 'asked', reason: 'for the sale', quota: null, amounts: { units: 40 } }] })
  await expect(approveRequest(await world.person('owner'), { id, amounts: none })).rejects.toMatchObject({ code: 'not_found' })
  await approveRequest(await world.person('operator'), { id, amounts: { ...none, units: 2 }, answer: 'Two until March.' })
  expect(await db.runtimeGrant.findFirst({ where: { runtimeId: pool.id } })).toMatchObject({ organizationId: world.id, units: 2 })
  const view = await seen('viewer')
  expect(view.requests).toMatchObject([
    { state: 'approved', answer: 'Two until March.', granted: { units: 2 }, decidedBy: { name: 'operator' } },
  ])
  expect(view.runtimes.find((one) => one.id === pool.id)).toMatchObject({ quota: { units: 2 } })
  expect((await waiting()).items).toEqual([])
  await expect(refuseRequest(await world.person('operator'), { id, answer: 'too late' })).rejects.toMatchObject({ code: 'conflict' })
  const { rows } = await database.pool.query<{ name: string }>(`select name from journal.event where organization_id = $1 order by id`, [
    world.id,
  ])
  expect(rows.map((row) => row.name)).toEqual(['quota.ask', 'runtime.granted', 'quota.approve'])
})

test('what is refused says why, what is needed no more is taken back, and a pool that is not offered does not exist', async () => {
  const pool = await db.runtime.create({ data: { name: 'hidden', environment: 'test', driver: 'practice' } })
  await expect(ask(pool.id, {})).rejects.toMatchObject({ code: 'not_found' })
  await offerPool(await world.person('operator'), { runtimeId: pool.id, isOffered: true })
  const first = await ask(pool.id, {})
  await refuseRequest(await world.person('operator'), { id: first.id, answer: 'It is being emptied.' })
  const second = await ask(pool.id, { units: 1 })
  await expect(withdrawRequest(await world.person('viewer'), { organization: world.slug, id: second.id })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await withdrawRequest(await world.person('developer'), { organization: world.slug, id: second.id })
  const mine = (await seen()).requests.filter((one) => one.runtime.id === pool.id)
  expect(mine.map((one) => [one.state, one.answer])).toEqual([
    ['withdrawn', null],
    ['refused', 'It is being emptied.'],
  ])
  await offerPool(await world.person('operator'), { runtimeId: pool.id, isOffered: false })
  expect((await seen()).runtimes.map((one) => one.id)).not.toContain(pool.id)
  await expect(ask(pool.id, {})).rejects.toMatchObject({ code: 'not_found' })
})

test('a plan beyond the quota is refused with its sums; what is promised counts, what moves does not, and what is freed can be had again', async () => {
  const grant = { runtimeId: world.runtimes.test, organizationId: world.id }
  await db.runtimeGrant.updateMany({ where: grant, data: { units: 4, memoryMib: 1000 } })
  const web = await buildService(world, pkg, { name: 'web', count: 3, environment: 'test' })
  // Promised to a record that is not carried out yet, it counts already.
  const waits = await askForService(world, pkg, { name: 'waits', count: 1, environment: 'test' })
  const line = { runtimeId: world.runtimes.test, kind: 'units', used: 4, asks: 2, limit: 4 }
  const grow = () => change(world, web, { kind: 'scale', counts: { [web.placementId]: 5 } })
  await expect(grow()).rejects.toMatchObject({ code: 'quota_exceeded', details: { quotas: [line] } })
  const plan = await db.plan.findFirstOrThrow({ where: { recordId: waits.recordId } })
  expect(plan.summary).toMatchObject({
    quotas: [
      { kind: 'units', used: 3, asks: 1, limit: 4 },
      { kind: 'memoryMib', used: 192, asks: 64 },
    ],
  })
  await settle(world, waits.recordId)
  // A larger size of units that are there is more memory, and no more units.
  await expect(change(world, web, { kind: 'resize', size: { cpuMillis: null, memoryMib: 600 } })).rejects.toMatchObject({
    code: 'quota_exceeded',
    details: { quotas: [{ kind: 'memoryMib', used: 256, asks: 3 * 536 }] },
  })
  await settle(world, (await change(world, web, { kind: 'scale', counts: { [web.placementId]: 1 } })).recordId)
  await settle(world, (await change(world, web, { kind: 'scale', counts: { [web.placementId]: 3 } })).recordId)
  // A unit that moves is the same unit, though the quota is full.
  const unit = await db.unit.findFirstOrThrow({
    where: { stageId: web.stageId, removedAt: null },
    include: { allocations: { where: { to: null } } },
  })
  const move = await change(world, web, { kind: 'migrate', unitIds: [unit.id] })
  await settle(world, move.recordId)
  expect(await db.deployRecord.findUniqueOrThrow({ where: { id: move.recordId } })).toMatchObject({ state: 'succeeded' })
  const { runtimes } = await seen()
  expect(runtimes.find((one) => one.id === world.runtimes.test)).toMatchObject({ used: { units: 4, memoryMib: 256 } })
})

test('an application and the whole organisation may have so much wherever it runs, and so many services; two who ask at once get it once', async () => {
  await db.runtimeGrant.updateMany({ where: { organizationId: world.id }, data: { units: null, memoryMib: null } })
  const of = { organization: world.slug }
  const ofShop = { ...of, application: 'shop' }
  const [admin, operator] = [await world.person('admin'), await world.person('operator')]
  await expect(setApplicationQuota(await world.person('developer'), { ...ofShop, amounts: none })).rejects.toMatchObject({
    code: 'forbidden',
  })
  await expect(setApplicationQuota(operator, { ...ofShop, amounts: none })).rejects.toMatchObject({ code: 'not_found' })
  await expect(setOrganizationQuota(admin, { ...of, amounts: none })).rejects.toMatchObject({ code: 'not_found' })
  const shop = (await seen('admin')).altogether.find((one) => one.application?.slug === 'shop')
  expect(shop).toMatchObject({ application: { slug: 'shop' }, quota: null, used: { services: 2, units: 4, memoryMib: 256 } })
  await setApplicationQuota(admin, { ...ofShop, amounts: { ...none, services: 3, units: 6 } })
  await setOrganizationQuota(operator, { ...of, amounts: { ...none, cpuMillis: 650 } })
  const answers = await Promise.allSettled(
    ['one', 'two'].map((name) => askForService(world, pkg, { name, count: 1, environment: 'production' })),
  )
  expect(answers.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  const refused = answers.find((one) => one.status === 'rejected')
  const place = { runtimeId: null, runtimeName: null }
  expect(refused?.reason).toMatchObject({
    code: 'quota_exceeded',
    message: expect.stringContaining('services of application shop: 3 used, 1 more, 3 granted'),
    details: { quotas: [{ ...place, application: 'shop', kind: 'services', used: 3, asks: 1, limit: 3 }] },
  })
  const last = await db.plan.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
  expect(last.summary).toMatchObject({
    quotas: [
      { ...place, application: null, kind: 'cpuMillis', used: 400, asks: 100, limit: 650 },
      { ...place, application: 'shop', kind: 'services', used: 2, asks: 1, limit: 3 },
      { ...place, application: 'shop', kind: 'units', used: 4, asks: 1, limit: 6 },
    ],
  })
  const web = await db.stage.findFirstOrThrow({ where: { service: { name: 'web' } }, include: { placements: true } })
  const grow = (count: number) =>
    change(world, { stageId: web.id, serviceId: web.serviceId, placementId: web.placements[0]?.id ?? '' } as never, {
      kind: 'scale',
      counts: { [web.placements[0]?.id ?? '']: count },
    })
  await expect(grow(5)).rejects.toMatchObject({
    details: {
      quotas: [
        { application: null, kind: 'cpuMillis', used: 500, asks: 200 },
        { application: 'shop', kind: 'units' },
      ],
    },
  })
  await setOrganizationQuota(operator, { ...of, amounts: none })
  await setApplicationQuota(admin, { ...ofShop, amounts: none })
  expect(await db.quota.count()).toBe(0)
  await grow(5)
})
