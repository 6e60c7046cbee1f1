import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, type BuiltPackage, type BuiltService, buildPackage, buildService, change } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { endOverdue } from './end-overdue'
import { stirDeploys } from './stir-deploys'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
const hour = 3_600_000

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0'], { organizationId: world.id })
})
afterEach(() => clock.reset())
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const inHours = (hours: number) => new Date(clock.nowMs() + hours * hour).toISOString()
const read = (recordId: string) => database.db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
const stateOf = async (recordId: string) => (await read(recordId)).state
const configure = (service: BuiltService, message: string, notBefore?: string) =>
  change(world, service, { kind: 'configure', values: { message }, ...(notBefore ? { notBefore } : {}) })

/** Time passes, sweeps look, everything that can move moves. */
async function pass(hours: number): Promise<void> {
  clock.advance(hours * hour)
  await endOverdue()
  await stirDeploys()
  await carryJobs()
}

test('approved before its time it starts at its time, however long nobody looked, and does not expire while it waits', async () => {
  const service = await buildService(world, pkg, { name: 'night' })
  const { recordId } = await configure(service, 'late', inHours(100))
  await pass(80)
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  await approve(world, recordId)
  await pass(19)
  expect(await read(recordId)).toMatchObject({ state: 'queued', startedAt: null })
  await pass(30)
  expect(await stateOf(recordId)).toBe('succeeded')
})

test('approved after its time it starts at once; never approved it expires 72 hours after its time', async () => {
  const service = await buildService(world, pkg, { name: 'slow' })
  const first = await configure(service, 'a', inHours(2))
  await pass(3)
  await approve(world, first.recordId)
  await carryJobs()
  expect(await stateOf(first.recordId)).toBe('succeeded')
  const second = await configure(service, 'b', inHours(10))
  await pass(81)
  expect(await stateOf(second.recordId)).toBe('awaiting_approval')
  await pass(2)
  expect(await read(second.recordId)).toMatchObject({ state: 'failed', code: 'expired' })
})

test('until its time others go first and count on nothing it promises; it is planned anew, and those who decide hear it before', async () => {
  const service = await buildService(world, pkg, { name: 'later' })
  const { recordId: later } = await configure(service, 'tonight', inHours(8))
  await approve(world, later)
  const { recordId: now } = await change(world, service, { kind: 'scale', counts: { [service.placementId]: 1 } })
  expect(await read(now)).toMatchObject({ plannedAfterId: null })
  await approve(world, now)
  await carryJobs()
  expect(await stateOf(now)).toBe('succeeded')
  // One unit less is another plan: what was approved is not what would run.
  expect(await stateOf(later)).toBe('awaiting_approval')
  await approve(world, later)
  await pass(9)
  expect(await stateOf(later)).toBe('succeeded')
})

test('it takes the place of older changes that still wait only when its time comes', async () => {
  const service = await buildService(world, pkg, { name: 'place' })
  const { recordId: older } = await configure(service, 'older')
  const { recordId: later } = await configure(service, 'newer', inHours(5))
  await approve(world, later)
  expect(await stateOf(older)).toBe('awaiting_approval')
  await pass(6)
  expect([await stateOf(older), await stateOf(later)]).toEqual(['superseded', 'succeeded'])
})

test('a time that has passed, or that is too far ahead, is refused by its field', async () => {
  const service = await buildService(world, pkg, { name: 'wrong' })
  for (const hours of [-1, 24 * 91])
    await expect(configure(service, 'x', inHours(hours))).rejects.toMatchObject({
      code: 'invalid',
      details: { fields: { notBefore: expect.any(String) } },
    })
})
