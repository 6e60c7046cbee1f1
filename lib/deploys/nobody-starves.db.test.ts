import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { operateMachine } from '@/lib/machines/operate-machine'
import { type BuiltOrganization, buildMachine, buildOrganization, heardForTests } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { drainMachines } from './drain-machines'
import { failOver } from './fail-over'
import { repairStages } from './repair-stages'
import { stirDeploys } from './stir-deploys'

let database: TestDatabase
let world: BuiltOrganization

/** Before all others by their ids, and by their times. */
const stuck = Array.from({ length: 150 }, (_, index) => `0-stuck-${String(index).padStart(3, '0')}`)
const long = new Date(clock.nowMs() - 24 * 3_600_000)

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
})
afterAll(() => database.dispose())

const stuckMachines = (part: string, more: object) =>
  db.machine.createMany({
    data: stuck.map((id) => ({
      id: `${id}-${part}`,
      runtimeId: world.runtimes.production,
      name: `${id}-${part}`,
      signKey: `${id}-${part}`,
      boxKey: id,
      stateSince: long,
      heardAt: heardForTests(),
      ...more,
    })),
  })
const records = (stageId: string) =>
  db.deployRecord.findMany({ where: { stageId, requesterId: null }, select: { kind: true, state: true } })

test('a machine that can be helped is helped, however many are there of which nothing can be made again', async () => {
  const kept = await buildService(world, await buildPackage(['1.0.0']), { count: 1, name: 'kept' })
  const { stageId } = await buildService(world, await buildPackage(['1.0.0'], { component: { data: [] } }), { count: 3, name: 'moves' })
  await stuckMachines('lost', { state: 'error_detected', stateBefore: 'ready' })
  const one = await db.unit.findFirstOrThrow({ where: { stageId: kept.stageId } })
  await db.unit.createMany({
    data: stuck.map((id, index) => ({ ...one, id: `${id}-unit`, ordinal: 1000 + index })),
  })
  await db.allocation.createMany({
    data: stuck.map((id) => ({
      unitId: `${id}-unit`,
      machineId: `${id}-lost`,
      generation: 1,
      ports: {},
      cpuMillis: 1,
      memoryMib: 1,
      diskMib: 1,
    })),
  })
  const live = await db.allocation.findFirstOrThrow({ where: { to: null, unit: { stageId } } })
  await operateMachine(await world.person('operator'), { machineId: live.machineId, act: 'report_fault' })
  await failOver()
  await carryJobs()
  expect(await records(stageId)).toEqual([{ kind: 'failover', state: 'succeeded' }])
  expect(await db.allocation.count({ where: { machineId: { in: stuck.map((id) => `${id}-lost`) }, to: null } })).toBe(150)
}, 60_000)

test('a drained machine is emptied, however many are empty already', async () => {
  const { stageId } = await buildService(world, await buildPackage(['1.0.0'], { component: { data: [] } }), { count: 2, name: 'drains' })
  await stuckMachines('drained', { state: 'ready', drainSince: long })
  const { machineId } = await db.allocation.findFirstOrThrow({ where: { to: null, unit: { stageId } } })
  await db.machine.update({ where: { id: machineId }, data: { drainSince: clock.now() } })
  await buildMachine(world.runtimes.production, 'room-for-it')
  await drainMachines()
  await carryJobs()
  expect(await records(stageId)).toEqual([{ kind: 'migrate', state: 'succeeded' }])
}, 60_000)

test('a stage that is short is repaired, however many wait for their pause to be over', async () => {
  const pkg = await buildPackage(['1.0.0'])
  const { stageId, placementId } = await buildService(world, pkg, { count: 1, environment: 'test', name: 'short' })
  const { applicationId } = await db.service.findFirstOrThrow({ where: { name: 'short' } })
  const base = { organizationId: world.id, applicationId, packageId: pkg.id }
  await db.service.createMany({ data: stuck.map((id) => ({ ...base, id, name: id })) })
  await db.stage.createMany({ data: stuck.map((id) => ({ id, serviceId: id, environment: 'test' as const })) })
  await db.placement.createMany({
    data: stuck.map((id) => ({ id, stageId: id, runtimeId: world.runtimes.test, order: 0, count: 1, wantedCount: 1 })),
  })
  const later = new Date(clock.nowMs() + 3_600_000)
  await db.automationPause.createMany({ data: stuck.map((id) => ({ stageId: id, kind: 'repair' as const, tries: 9, nextAt: later })) })
  await db.placement.update({ where: { id: placementId }, data: { count: 2, wantedCount: 2 } })
  expect(await repairStages()).toBe(1)
  await carryJobs()
  expect(await records(stageId)).toEqual([{ kind: 'repair', state: 'succeeded' }])
  expect(await db.automationPause.count({ where: { stageId: { in: stuck } } })).toBe(150)
}, 60_000)

test('a deploy that waits for a look gets it, however many older ones wait', async () => {
  const { recordId } = await buildService(world, await buildPackage(['1.0.0']), { count: 1, environment: 'test', name: 'waits' })
  // After all others by its id, and by its times.
  await db.$executeRaw`
    insert into "DeployRecord" select (jsonb_populate_record(r, jsonb_build_object('id', case when n = 150 then 'zz-newest' else '0-old-' || n end,
      'number', 10000 + n, 'state', 'paused', 'endedAt', null, 'stateSince', ${clock.now()}::timestamp - (150 - n) * interval '1 minute'))).*
    from "DeployRecord" r, generate_series(1, 150) n where r.id = ${recordId}`
  await db.outbox.deleteMany()
  expect(await stirDeploys()).toBe(150)
  const asked = await db.outbox.findMany({ where: { job: 'deploy.advance' }, select: { payload: true } })
  expect(asked.map(({ payload }) => payload)).toContainEqual({ recordId: 'zz-newest' })
}, 60_000)
