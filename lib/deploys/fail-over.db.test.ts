import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { heardAgents } from '@/lib/machines/heard-agents'
import { lendUnits } from '@/lib/machines/lend-units'
import { resumeAutomation } from '@/lib/machines/resume-automation'
import { setLossLimit } from '@/lib/machines/set-loss-limit'
import { watchLosses } from '@/lib/machines/watch-losses'
import { watchMachines } from '@/lib/machines/watch-machines'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { approve, buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { failOver } from './fail-over'
import { loadUnitsOn } from './load-units-on'
import { repairStages } from './repair-stages'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

beforeEach(async () => {
  clock.reset()
  await database.empty()
  world = await buildOrganization({ machinesInPool: 3 })
  const long = new Date(clock.nowMs() - 3_600_000)
  await db.processHeartbeat.create({ data: { id: 'g', kind: 'gateway', startedAt: long, heardAt: new Date(clock.nowMs() + 3_600_000) } })
})

const pool = () => world.machines.production
const silent = (...ids: string[]) =>
  db.machine.updateMany({ where: { id: { in: ids } }, data: { heardAt: new Date(clock.nowMs() - pace('faultPatience') - 1000) } })
const heard = (id: string) => heardAgents([{ machineId: id, epoch: 0, agentRevision: null }])
/** It is heard, and for long enough. */
async function heardSteadily(...ids: string[]): Promise<void> {
  for (const id of ids) await heard(id)
  await look()
  clock.advance(pace('heardSteadily'))
  await db.machine.updateMany({ where: { state: { not: 'error_detected' } }, data: { heardAt: clock.now() } })
  for (const id of ids) await heard(id)
  await look()
}
const stateOf = async (id: string) => (await db.machine.findUniqueOrThrow({ where: { id } })).state
const failovers = () => db.deployRecord.findMany({ where: { kind: 'failover' }, orderBy: { number: 'asc' } })
const unitsOf = (stageId: string) =>
  db.unit.findMany({ where: { stageId, removedAt: null }, include: { allocations: { where: { to: null } } }, orderBy: { ordinal: 'asc' } })

/** What the sweeps do in their rounds, and the engine after them. */
async function look(): Promise<void> {
  await watchMachines()
  await watchLosses()
  await failOver()
  await carryJobs()
  await failOver()
}

const service = async (component: Record<string, unknown>, count = 3, name = 'web') =>
  buildService(world, await buildPackage(['1.0.0'], { component }), { count, name })

test('a lost machine’s unit without data runs elsewhere with its ordinal; the machine is then in error, and the ledger says what may run on', async () => {
  const { stageId } = await service({ data: [] })
  const [lost = ''] = pool()
  const before = await unitsOf(stageId)
  const moved = before.find((unit) => unit.allocations[0]?.machineId === lost)
  await silent(lost)
  await look()
  const [record] = await failovers()
  expect(record).toMatchObject({ state: 'succeeded', requesterId: null, cause: { code: 'machine_lost', by: 'sweep:fail-over' } })
  const after = await unitsOf(stageId)
  expect(after.map((unit) => [unit.id, unit.ordinal])).toEqual(before.map((unit) => [unit.id, unit.ordinal]))
  const now = after.find((unit) => unit.id === moved?.id)
  expect(now).toMatchObject({ state: 'running', generation: 2 })
  expect(now?.allocations[0]?.machineId).not.toBe(lost)
  expect(await stateOf(lost)).toBe('error')
  expect(await db.ledger.findMany({ where: { machineId: lost, closedAt: null } })).toMatchObject([
    { kind: 'unit', unitId: moved?.id, generation: 1, recordId: record?.id },
  ])
  await look()
  expect(await failovers()).toHaveLength(1)
})

test('a unit whose data lie on the lost machine starts nowhere else: it is in error until the machine returns', async () => {
  const { stageId } = await service({})
  const [lost = ''] = pool()
  await silent(lost)
  await look()
  const unit = async () => (await unitsOf(stageId)).find((one) => one.allocations[0]?.machineId === lost)
  expect(await unit()).toMatchObject({ state: 'error', code: 'data_unreachable', generation: 1 })
  expect(await failovers()).toEqual([])
  await repairStages()
  expect(await db.deployRecord.count({ where: { kind: 'repair' } })).toBe(0)
  expect(await stateOf(lost)).toBe('error_detected')
  await heard(lost)
  await look()
  // Its data are in reach at once; that it is a machine to count on takes a while.
  expect(await stateOf(lost)).toBe('error_detected')
  expect(await unit()).toMatchObject({ state: 'running', code: null, stateBefore: null, generation: 1 })
  await heardSteadily(lost)
  expect(await stateOf(lost)).toBe('ready')
  expect(await unit()).toMatchObject({ state: 'running', code: null, stateBefore: null, generation: 1 })
})

test.each([
  [{ data: [], mode: 'singleton' }, 'succeeded'],
  [{ data: [{ name: 'state', path: 'data', shared: true }] }, 'awaiting_approval'],
])('what two could spoil waits for the word that the machine is off (%j)', async (component, then) => {
  const { stageId } = await service(component, 1)
  const lost = (await unitsOf(stageId))[0]?.allocations[0]?.machineId ?? ''
  await silent(lost)
  await look()
  expect(await failovers()).toEqual([])
  expect(await unitsOf(stageId)).toMatchObject([{ state: 'running', allocations: [{ machineId: lost }] }])
  await db.machine.update({ where: { id: lost }, data: { saidOffAt: clock.now() } })
  await look()
  expect(await failovers()).toMatchObject([{ state: then }])
})

test('a leased singleton moves once its lease has surely ended, and no sooner; what holds an older generation is lent nothing', async () => {
  const shared = [{ name: 'state', path: 'data', shared: true }]
  const { stageId } = await service({ data: shared, mode: 'singleton', lease: true, failover: 'automatic' }, 1)
  const [unit] = await unitsOf(stageId)
  const key = { unitId: unit?.id ?? '', generation: 1 }
  const lost = unit?.allocations[0]?.machineId ?? ''
  const elsewhere = pool().find((id) => id !== lost) ?? ''
  expect(await lendUnits(elsewhere, [key])).toEqual([])
  expect(await lendUnits(lost, [{ ...key, generation: 2 }])).toEqual([])
  await silent(lost)
  expect(await lendUnits(lost, [key])).toEqual([{ ...key, leaseMs: pace('lease') }])
  await look()
  expect(await stateOf(lost)).toBe('error_detected')
  expect(await failovers()).toEqual([])
  expect(await lendUnits(lost, [key])).toEqual([])
  clock.advance(pace('lease'))
  await look()
  expect(await failovers()).toEqual([])
  clock.advance(pace('leaseMargin') + 1)
  await look()
  expect(await failovers()).toMatchObject([{ state: 'succeeded' }])
  const [now] = await unitsOf(stageId)
  expect(now).toMatchObject({ id: key.unitId, ordinal: 0, generation: 2 })
  expect(await lendUnits(lost, [key])).toEqual([])
  expect(await lendUnits(now?.allocations[0]?.machineId ?? '', [{ ...key, generation: 2 }])).toHaveLength(1)
  clock.reset()
})

test('a unit that may already run what has no lease counts as one without', async () => {
  const { stageId } = await service({ data: [], mode: 'singleton', lease: true }, 1)
  const [unit] = await unitsOf(stageId)
  const place = { unitId: unit?.id ?? '', machineId: unit?.allocations[0]?.machineId ?? '' }
  expect(await loadUnitsOn(db, [place.machineId])).toMatchObject([{ isLeased: true }])
  const { contentDigest } = await (
    await service({ data: [], mode: 'singleton' }, 1, 'other').then(({ stageId: other }) => unitsOf(other))
  )[0]!
  await db.desiredUnit.create({ data: { ...place, generation: 1, unitName: 'web/0', wanted: 'running', contentDigest, revision: 1 } })
  expect(await loadUnitsOn(db, [place.machineId])).toContainEqual(expect.objectContaining({ name: 'web/0', isLeased: false }))
})

test('a failover whose machine came back before it began is withdrawn, whoever approves it', async () => {
  const { stageId } = await service({ data: [{ name: 'state', path: 'data', shared: true }] }, 1)
  const lost = (await unitsOf(stageId))[0]?.allocations[0]?.machineId ?? ''
  await silent(lost)
  await look()
  await db.machine.update({ where: { id: lost }, data: { saidOffAt: clock.now() } })
  await look()
  const [record] = await failovers()
  await heard(lost)
  await look()
  await approve(world, record?.id ?? '')
  await carryJobs()
  expect(await failovers()).toMatchObject([{ state: 'cancelled', code: 'machine_returned' }])
  expect(await unitsOf(stageId)).toMatchObject([{ state: 'running', generation: 1, allocations: [{ machineId: lost }] }])
})

test('many machines lost at once pause the pool until they are back, or an operator lets it go on', async () => {
  const { stageId } = await service({ data: [] })
  const [a = '', b = ''] = pool()
  await silent(a, b)
  await look()
  const runtime = () => db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.production } })
  expect(await runtime()).toMatchObject({ lossSince: expect.any(Date), lossCount: 2, lossOf: 3 })
  expect(await failovers()).toEqual([])
  clock.advance(2 * pace('lossWindow'))
  await db.machine.updateMany({ where: { id: { notIn: [a, b] } }, data: { heardAt: clock.now() } })
  await db.processHeartbeat.updateMany({ data: { heardAt: clock.now() } })
  await look()
  expect((await runtime()).lossSince).not.toBeNull()
  await expect(resumeAutomation(await world.person('owner'), { runtimeId: world.runtimes.production })).rejects.toMatchObject({
    code: 'not_found',
  })
  await resumeAutomation(await world.person('operator'), { runtimeId: world.runtimes.production })
  await look()
  expect((await runtime()).lossSince).toBeNull()
  expect(await failovers()).toMatchObject([{ state: 'succeeded' }])
  expect(new Set((await unitsOf(stageId)).map((unit) => unit.allocations[0]?.machineId)).size).toBe(1)
  clock.reset()
})

test('a pause of a pool ends by itself when its machines are back', async () => {
  const [a = '', b = ''] = pool()
  await silent(a, b)
  await look()
  await heardSteadily(a, b)
  const runtime = await db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.production } })
  expect(runtime).toMatchObject({ lossSince: null, lossAccepted: 0 })
  expect(await Promise.all([a, b].map(stateOf))).toEqual(['ready', 'ready'])
})

test('how much of a pool may be lost at once before it rests is for operators to say', async () => {
  const limit = { runtimeId: world.runtimes.production, percent: 70 }
  await expect(setLossLimit(await world.person('owner'), limit)).rejects.toMatchObject({ code: 'not_found' })
  await setLossLimit(await world.person('operator'), limit)
  const rests = async () => (await db.runtime.findUniqueOrThrow({ where: { id: limit.runtimeId } })).lossSince !== null
  const [a = '', b = '', c = ''] = pool()
  await silent(a, b)
  await look()
  expect(await rests()).toBe(false)
  await silent(c)
  await look()
  expect(await rests()).toBe(true)
})

test('without room nothing is lost: it is asked again after longer and longer pauses, and goes once there is room', async () => {
  const { stageId } = await service({ data: [], resources: { cpuMillis: 3000, memoryMib: 64, diskMib: 10 } })
  const [lost = ''] = pool()
  await silent(lost)
  await look()
  await look()
  const pause = () => db.automationPause.findUnique({ where: { stageId_kind: { stageId, kind: 'failover' } } })
  const first = await pause()
  expect(first).toMatchObject({ tries: 1, code: 'no_capacity' })
  expect(await failovers()).toEqual([])
  clock.advance(pace('askAgain') + 1000)
  await look()
  const second = await pause()
  expect(second).toMatchObject({ tries: 2 })
  expect((second?.nextAt.getTime() ?? 0) - clock.nowMs()).toBeGreaterThan(1.5 * pace('askAgain'))
  await db.machine.updateMany({ where: { id: { not: lost } }, data: { cpuMillis: 8000 } })
  clock.advance(pace('askAgainRefused') + 1000)
  await look()
  expect(await failovers()).toMatchObject([{ state: 'succeeded' }])
  expect(await pause()).toBeNull()
  clock.reset()
})
