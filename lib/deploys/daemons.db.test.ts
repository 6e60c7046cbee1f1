import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { tendMachine } from '@/lib/machines/tend-machine'
import { watchLosses } from '@/lib/machines/watch-losses'
import { watchMachines } from '@/lib/machines/watch-machines'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildMachine, buildOrganization, heardForTests } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { drainMachines } from './drain-machines'
import { failOver } from './fail-over'
import { repairStages } from './repair-stages'

let database: TestDatabase
let world: BuiltOrganization
let service: BuiltService

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  world = await buildOrganization({ machinesInPool: 3 })
  const long = new Date(clock.nowMs() - 3_600_000)
  await db.processHeartbeat.create({ data: { id: 'g', kind: 'gateway', startedAt: long, heardAt: new Date(clock.nowMs() + 3_600_000) } })
  const pkg = await buildPackage(['1.0.0', '2.0.0'], { component: { mode: 'daemon', data: [] } })
  service = await buildService(world, pkg, { count: 1, name: 'probe' })
})

const pool = () => world.machines.production
/** Machine → ordinal of the unit there. */
const spread = async () => {
  const units = await db.unit.findMany({
    where: { stageId: service.stageId, removedAt: null },
    include: { allocations: { where: { to: null } } },
  })
  return new Map(units.map((unit) => [unit.allocations[0]?.machineId ?? '', unit.ordinal]))
}
const count = async () => (await db.placement.findUniqueOrThrow({ where: { id: service.placementId } })).count
const records = (kind: 'repair' | 'migrate' | 'failover') =>
  db.deployRecord.findMany({ where: { stageId: service.stageId, kind }, orderBy: { number: 'asc' } })
const look = async () => {
  await watchMachines()
  await watchLosses()
  await failOver()
  await drainMachines()
  await repairStages()
  await carryJobs()
}

test('one unit runs on every ready machine, and on one that becomes ready later, by a repair of its own accord', async () => {
  expect([...(await spread()).keys()].sort()).toEqual([...pool()].sort())
  expect(await count()).toBe(3)
  const late = await buildMachine(world.runtimes.production, 'late', 'new')
  await look()
  expect(await records('repair')).toEqual([])
  await db.machine.update({ where: { id: late }, data: { state: 'ready' } })
  await look()
  expect(await records('repair')).toMatchObject([
    { state: 'succeeded', requesterId: null, cause: { code: 'units_missing', values: { there: 3, wanted: 4 } } },
  ])
  expect((await spread()).get(late)).toBe(3)
  expect(await count()).toBe(4)
  await look()
  expect(await records('repair')).toHaveLength(1)
})

test('a machine without room is passed over until it has some; there is no count to change', async () => {
  await db.machine.update({
    where: { id: await buildMachine(world.runtimes.production, 'full') },
    data: { memoryMib: 8 },
  })
  await look()
  expect(await spread()).toHaveProperty('size', 3)
  await db.machine.updateMany({ where: { name: 'full' }, data: { memoryMib: 4096 } })
  clock.advance(pace('askAgainRefused'))
  await look()
  expect(await spread()).toHaveProperty('size', 4)
  await expect(change(world, service, { kind: 'scale', counts: { [service.placementId]: 9 } })).rejects.toMatchObject({
    message: expect.stringContaining('every machine'),
  })
  clock.reset()
})

test('a drain takes its unit down and moves it nowhere; after the drain it is there again', async () => {
  const [machineId = ''] = pool()
  const operator = await world.person('operator')
  await tendMachine(operator, { machineId, care: 'drain' })
  await look()
  expect(await records('migrate')).toMatchObject([{ state: 'succeeded', requesterId: null }])
  expect([...(await spread()).keys()].sort()).toEqual(pool().slice(1).sort())
  expect(await count()).toBe(2)
  await look()
  expect(await records('repair')).toEqual([])
  await tendMachine(operator, { machineId, care: 'end_drain' })
  await look()
  expect([...(await spread()).keys()].sort()).toEqual([...pool()].sort())
})

test('with a lost machine its unit goes, into the ledger; nothing is made elsewhere, and an upgrade reaches the others', async () => {
  const [lost = '', ...others] = pool()
  await db.machine.update({ where: { id: lost }, data: { heardAt: new Date(clock.nowMs() - pace('faultPatience') - 1000) } })
  await look()
  await look()
  expect(await records('failover')).toEqual([])
  expect([...(await spread()).keys()].sort()).toEqual(others.sort())
  expect(await count()).toBe(2)
  expect(await db.ledger.findMany({ where: { machineId: lost, closedAt: null } })).toHaveLength(1)
  expect((await db.machine.findUniqueOrThrow({ where: { id: lost } })).state).toBe('error')
  const version = await db.packageVersion.findFirstOrThrow({ where: { version: '2.0.0' } })
  const upgrade = await change(world, service, { kind: 'upgrade', packageVersionId: version.id })
  await settle(world, upgrade.recordId)
  expect((await db.deployRecord.findUniqueOrThrow({ where: { id: upgrade.recordId } })).state).toBe('succeeded')
  await db.machine.update({ where: { id: lost }, data: { state: 'ready', heardAt: heardForTests(), signals: { deleteMany: {} } } })
  await look()
  expect(await spread()).toHaveProperty('size', 3)
})
