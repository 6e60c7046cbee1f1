import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { operateMachine } from '@/lib/machines/operate-machine'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization, heardAheadMs } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { repairStages } from './repair-stages'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
})
afterAll(() => database.dispose())

const repairs = (stageId: string) => db.deployRecord.findMany({ where: { stageId, kind: 'repair' }, orderBy: { number: 'asc' } })

/** Takes all units of a machine away for good, as an operator may. */
async function abandon(machineId: string): Promise<void> {
  const operator = await world.person('operator')
  const { name } = await db.machine.findUniqueOrThrow({ where: { id: machineId } })
  await operateMachine(operator, { machineId, act: 'report_fault' })
  await operateMachine(operator, { machineId, act: 'abandon_units', typedName: name })
}

test('what was given up is made again under its ordinal, by one record that says why', async () => {
  const { stageId } = await buildService(world, await buildPackage(['1.0.0']), { count: 3 })
  const ordinals = async () => (await db.unit.findMany({ where: { stageId, removedAt: null } })).map((unit) => unit.ordinal).sort()
  await abandon(world.machines.production[0] ?? '')
  expect(await ordinals()).toHaveLength(2)
  await Promise.all([repairStages(), repairStages()])
  await carryJobs()
  expect(await repairs(stageId)).toMatchObject([
    { state: 'succeeded', requesterId: null, cause: { code: 'units_missing', values: { there: 2, wanted: 3 } } },
  ])
  expect(await ordinals()).toEqual([0, 1, 2])
  await repairStages()
  expect(await repairs(stageId)).toHaveLength(1)
})

test('a repair that cannot succeed does not come again at every look', async () => {
  const { stageId, placementId } = await buildService(world, await buildPackage(['1.0.0']), { count: 1, environment: 'test', name: 'api' })
  // Each repair is ended before it has made a unit.
  await db.placement.update({ where: { id: placementId }, data: { count: 2, wantedCount: 2 } })
  const fail = async () => {
    await repairStages()
    await db.deployRecord.updateMany({ where: { stageId, kind: 'repair', endedAt: null }, data: { state: 'failed', endedAt: clock.now() } })
    await db.reservation.deleteMany()
    await db.machinePort.deleteMany({ where: { recordId: { not: null } } })
  }
  for (let round = 0; round < 5; round++) await fail()
  expect(await repairs(stageId)).toHaveLength(1)
  const made: number[] = []
  for (let minute = 0; minute < 20; minute++) {
    clock.advance(60_000)
    expect(clock.nowMs() - Date.now()).toBeLessThan(heardAheadMs)
    await fail()
    made.push((await repairs(stageId)).length)
  }
  expect(made.at(-1)).toBeGreaterThan(4)
  expect(made.at(-1)).toBeLessThan(9)
  const pause = await db.automationPause.findFirstOrThrow({ where: { stageId, kind: 'repair' } })
  expect(pause.nextAt.getTime() - clock.nowMs()).toBeLessThanOrEqual(pace('askAgainLimit'))
  clock.reset()
})
