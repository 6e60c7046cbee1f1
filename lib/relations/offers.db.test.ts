import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { createService } from '@/lib/deploys/create-service'
import { previewRemoval } from '@/lib/groups/remove-with-dependents'
import type { BuiltOrganization, PersonName } from '@/lib/testing/build-organization'
import { buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { acceptOffer } from './accept-offer'
import { endOffer } from './end-offer'
import { getRelationMap } from './get-relation-map'
import { listOffers } from './list-offers'
import { offerRelation } from './offer-relation'
import { setRelations } from './set-relations'

let database: TestDatabase
let world: BuiltOrganization
let store: BuiltService
/** A component that needs a store, and may be without it or not. */
let takers: Record<'free' | 'bound', string>

const requires = (optional: boolean) => ({ requires: [{ name: 'db', interface: 'redis', granularity: 'unit', optional }] })

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const giving = await buildPackage(['1.0.0'], { component: { provides: [{ name: 'store', interface: 'redis', port: 'http' }] } })
  const free = await buildPackage(['1.0.0'], { component: requires(true) })
  const bound = await buildPackage(['1.0.0'], { component: requires(false) })
  takers = { free: free.versions['1.0.0'] ?? '', bound: bound.versions['1.0.0'] ?? '' }
  store = await buildService(world, giving, { name: 'store', environment: 'test', count: 1 })
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const side = (application: 'shop' | 'edge') => ({ organization: world.slug, application })
const offer = async (by: PersonName = 'admin') =>
  offerRelation(await world.person(by), { ...side('shop'), environment: 'test', service: 'store', interface: 'redis', to: 'edge' })
const seen = async (application: 'shop' | 'edge') => listOffers(await world.person('admin'), { ...side(application), environment: 'test' })

async function taker(kind: 'free' | 'bound', name: string): Promise<string> {
  const { recordId, serviceId } = await createService(await world.person('developer'), {
    ...side('edge'),
    name,
    packageVersionId: takers[kind],
    runtimeId: world.runtimes.test,
    count: 1,
    relations: { db: [{ serviceId: store.serviceId }] },
  })
  await settle(world, recordId)
  return serviceId
}

test('a service of another application is not there until it is offered and accepted, each by an admin of its side', async () => {
  await expect(taker('bound', 'early')).rejects.toMatchObject({ code: 'not_found' })
  await expect(offer('developer')).rejects.toMatchObject({ code: 'forbidden' })
  const { id } = await offer()
  expect(await offer()).toEqual({ id })
  await expect(taker('bound', 'early')).rejects.toMatchObject({ code: 'not_found' })
  // Its own side cannot say yes for the other.
  await expect(acceptOffer(await world.person('admin'), { ...side('shop'), id })).rejects.toMatchObject({ code: 'conflict' })
  await expect(acceptOffer(await world.person('edgeOnly'), { ...side('edge'), id })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(acceptOffer(await world.person('stranger'), { ...side('edge'), id })).rejects.toMatchObject({ code: 'not_found' })
  await acceptOffer(await world.person('admin'), { ...side('edge'), id })
  await taker('bound', 'early')
  expect((await seen('shop')).offers).toMatchObject([{ id, side: 'giver', service: 'store', other: { slug: 'edge' } }])
  expect((await seen('edge')).offers).toMatchObject([{ id, side: 'taker', service: 'store', other: { slug: 'shop' } }])
  const map = await getRelationMap(await world.person('edgeOnly'), { ...side('edge'), environment: 'test' })
  expect(map.nodes.map(({ name, application }) => [name, application?.slug])).toEqual([
    ['early', 'edge'],
    ['store', 'shop'],
  ])
  expect(map.edges).toMatchObject([{ consumer: { name: 'early' }, provider: { name: 'store', application: { slug: 'shop' } } }])
})

test('an offer ends only when nobody cannot be without it; who can is told that it is gone', async () => {
  const [{ id } = { id: '' }] = (await seen('shop')).offers
  const withdraw = async () => endOffer(await world.person('admin'), { ...side('shop'), id })
  await expect(withdraw()).rejects.toMatchObject({ code: 'needed', details: { services: ['early'] } })
  // Nor is it taken down from here with those of another application.
  const removal = { ...side('shop'), service: 'store', environment: 'test' } as const
  await expect(previewRemoval(await world.person('admin'), removal)).rejects.toMatchObject({
    code: 'needed',
    details: { services: ['early'] },
  })
  const late = await taker('free', 'late')
  // Somebody else gives it from now on.
  const outside = await database.db.externalService.create({
    data: {
      organizationId: world.id,
      applicationId: (await database.db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'edge' } })).id,
      environment: 'test',
      name: 'elsewhere',
      interface: 'redis',
      endpoints: [{ address: 'redis.example.org', port: 6379 }],
    },
  })
  const relations = { db: [{ externalId: outside.id }] }
  await setRelations(await world.person('developer'), { ...side('edge'), name: 'early', environment: 'test', relations })
  await withdraw()
  const left = await database.db.relation.findMany({ where: { providerStageId: store.stageId, removedAt: null } })
  expect(left).toEqual([])
  expect((await seen('edge')).offers).toEqual([])
  await expect(taker('free', 'later')).rejects.toMatchObject({ code: 'not_found' })
  const { id: stageId } = await database.db.stage.findFirstOrThrow({ where: { serviceId: late } })
  const told = await database.db.outbox.findMany({ where: { job: 'relation.tell', sentAt: null } })
  expect(told.map((row) => row.payload)).toContainEqual({ stageId })
})
