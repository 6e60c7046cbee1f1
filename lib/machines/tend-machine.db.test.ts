import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { drainMachines } from '@/lib/deploys/drain-machines'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization, type PersonName } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getMachine } from './get-machine'
import { tendMachine } from './tend-machine'
import { type MachineCare, MachineViewSchema } from './views'
import { watchMachines } from './watch-machines'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const long = new Date(clock.nowMs() - 3_600_000)
  await db.processHeartbeat.create({
    data: { id: 'g', kind: 'gateway', startedAt: long, heardAt: new Date(clock.nowMs() + 24 * 3_600_000) },
  })
})
afterAll(() => database.dispose())

const tend = async (machineId: string, care: MachineCare, more: object = {}, by: PersonName = 'operator') =>
  tendMachine(await world.person(by), { machineId, care, ...more })
const row = (id: string) => db.machine.findUniqueOrThrow({ where: { id } })
const view = async (id: string) => MachineViewSchema.parse(await getMachine(await world.person('operator'), { name: (await row(id)).name }))
const effectsOf = async (id: string, care: MachineCare) => (await view(id)).cares.find((one) => one.care === care)?.effects

test('a drained machine loses one by one what may move, with its data where its agent can give them along, and takes nothing new', async () => {
  const [id = ''] = world.machines.production
  const moving = await buildService(world, await buildPackage(['1.0.0'], { component: { data: [] } }), { count: 6, name: 'moving' })
  const keeping = await buildService(world, await buildPackage(['1.0.0']), { count: 3, name: 'keeping' })
  const here = (stageId: string) =>
    db.unit.findMany({ where: { stageId, allocations: { some: { machineId: id, to: null } } }, orderBy: { ordinal: 'asc' } })
  const before = await here(moving.stageId)
  expect(before).toHaveLength(2)
  const names = before.map((unit) => `moving/${unit.ordinal}`).join(', ')
  const [kept] = await here(keeping.stageId)
  const keptName = `keeping/${kept?.ordinal}`
  await db.machine.update({ where: { id }, data: { agentVersion: '0.5.0' } })
  expect(await effectsOf(id, 'drain')).toEqual([
    { code: 'care_drain', values: {} },
    { code: 'care_moves', values: { count: 2, units: names } },
    { code: 'care_stays_agent_too_old', values: { units: keptName } },
  ])
  await tend(id, 'drain')
  await drainMachines()
  expect(await db.deployRecord.count({ where: { kind: 'migrate' } })).toBe(1)
  const record = await db.deployRecord.findFirstOrThrow({ where: { kind: 'migrate' }, include: { tasks: { orderBy: { index: 'asc' } } } })
  expect(record).toMatchObject({ state: 'queued', requesterId: null, cause: { code: 'machine_drained' } })
  // The second is not stopped before the first one's check has passed elsewhere.
  const stops = record.tasks.filter((task) => task.verb === 'stop')
  const firstCheck = record.tasks.find((task) => task.verb === 'check')
  expect(stops.map((task) => task.machineId)).toEqual([id, id])
  expect(stops[1]?.dependsOn).toContain(firstCheck?.index)
  await carryJobs()
  expect(await db.deployRecord.findUniqueOrThrow({ where: { id: record.id } })).toMatchObject({ state: 'succeeded' })
  expect(await here(moving.stageId)).toEqual([])
  for (const unit of before) {
    expect(await db.unit.findUniqueOrThrow({ where: { id: unit.id } })).toMatchObject({
      state: 'running',
      ordinal: unit.ordinal,
      generation: 2,
    })
  }
  expect(await here(keeping.stageId)).toHaveLength(1)
  await db.machine.update({ where: { id }, data: { agentVersion: '0.6.0' } })
  expect((await view(id)).cares.find((one) => one.care === 'end_drain')).toBeDefined()
  await drainMachines()
  await carryJobs()
  expect(await here(keeping.stageId)).toEqual([])
  expect(await db.ledger.findMany({ where: { kind: 'data' } })).toMatchObject([{ machineId: id, unitName: keptName, closedAt: null }])
  await drainMachines()
  expect(await db.deployRecord.count({ where: { kind: 'migrate' } })).toBe(2)
  const after = await buildService(world, await buildPackage(['1.0.0']), { count: 2, name: 'later' })
  expect(await here(after.stageId)).toEqual([])
  await tend(id, 'end_drain')
  expect((await row(id)).drainSince).toBeNull()
})

test('silence is no fault in maintenance; past its deadline it is, and the machine says so', async () => {
  const [, id = ''] = world.machines.test
  await expect(tend(id, 'maintain')).rejects.toMatchObject({ code: 'invalid', details: { fields: { hours: expect.any(String) } } })
  await tend(id, 'maintain', { hours: 2 })
  await db.machine.update({ where: { id }, data: { heardAt: new Date(clock.nowMs() - 2 * pace('faultPatience')) } })
  await watchMachines()
  expect(await row(id)).toMatchObject({ state: 'ready', maintenance: true })
  clock.advance(2 * 3_600_000 + 1000)
  await db.machine.updateMany({ where: { id: { not: id } }, data: { heardAt: clock.now() } })
  await watchMachines()
  expect(await row(id)).toMatchObject({ state: 'error_detected', maintenance: false, stateReason: 'fault_not_heard_overdue' })
  expect((await view(id)).history.map((event) => event.name)).toContain('machine.maintenance_overdue')
  clock.reset()
})

test('a machine that is back soon after its maintenance has nothing to do with it any more', async () => {
  const [, , id = ''] = world.machines.production
  await tend(id, 'maintain', { hours: 1 })
  clock.advance(3_600_000 + 1000)
  await db.machine.updateMany({ data: { heardAt: clock.now() } })
  await db.machine.update({ where: { id }, data: { heardAt: new Date(clock.nowMs() - pace('unknownAfter') - 1000) } })
  await watchMachines()
  expect(await row(id)).toMatchObject({ state: 'ready', maintenance: false, maintenanceUntil: expect.any(Date) })
  await db.machine.update({ where: { id }, data: { heardAt: clock.now() } })
  await watchMachines()
  expect(await row(id)).toMatchObject({ state: 'ready', maintenanceUntil: null })
  clock.reset()
})

test('only of a machine that is not heard may one say that it is off, by typing its name, and only operators', async () => {
  const [, , id = ''] = world.machines.test
  await expect(tend(id, 'declare_off', { typedName: (await row(id)).name })).rejects.toMatchObject({ code: 'conflict' })
  await db.machine.update({ where: { id }, data: { state: 'error_detected', stateBefore: 'ready', stateReason: 'fault_not_heard' } })
  await expect(tend(id, 'declare_off', { typedName: (await row(id)).name })).rejects.toMatchObject({ code: 'conflict' })
  await db.machine.update({ where: { id }, data: { heardAt: new Date(clock.nowMs() - pace('faultPatience')) } })
  await expect(tend(id, 'declare_off')).rejects.toMatchObject({ code: 'invalid' })
  await expect(tend(id, 'declare_off', { typedName: (await row(id)).name }, 'owner')).rejects.toMatchObject({ code: 'not_found' })
  await tend(id, 'declare_off', { typedName: (await row(id)).name })
  expect((await row(id)).saidOffAt).not.toBeNull()
})
