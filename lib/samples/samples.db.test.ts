import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { slotMs, slotsPerDay } from '@/lib/protocol/samples'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getMachineUsage } from './get-machine-usage'
import { getServiceUsage } from './get-service-usage'
import { recordSamples, type SampleBatch } from './record-samples'
import { tendSamples } from './tend-samples'

let database: TestDatabase
let world: BuiltOrganization
let service: BuiltService
let units: { id: string; machineId: string }[]

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 2 })
  service = await buildService(world, await buildPackage(['1.0.0'], { component: { data: [] } }))
  const rows = await db.unit.findMany({ where: { stageId: service.stageId }, include: { allocations: true }, orderBy: { ordinal: 'asc' } })
  units = rows.map((row) => ({ id: row.id, machineId: row.allocations[0]?.machineId ?? '' }))
})
afterAll(() => database.dispose())

const now = () => Math.floor(clock.nowMs() / slotMs)
const slot = (back: number, cpuMillis: number | null, restarts = 0) => ({
  slot: now() - back,
  cpuMillis,
  memoryMib: 20,
  diskMib: null,
  restarts,
})
const batch = (machineId: string, subjects: SampleBatch['samples']['subjects'], lateMs = 0): SampleBatch => ({
  machineId,
  samples: { at: new Date(clock.nowMs() - lateMs).toISOString(), subjects },
})
const ofService = async () =>
  getServiceUsage(await world.person('viewer'), { organization: world.slug, application: 'shop', name: 'web', environment: 'production' })

test('what machines say of themselves and of their own units is kept a day, with its gaps, and the rest of an hour stays when more comes', async () => {
  const [one, two] = units as [(typeof units)[0], (typeof units)[0]]
  const operator = await world.person('operator')
  const name = async (id: string) => (await db.machine.findUniqueOrThrow({ where: { id } })).name
  await recordSamples([
    batch(one.machineId, [
      { unitId: null, slots: [slot(30, 700), slot(1, 900)] },
      { unitId: one.id, slots: [slot(2, 100, 1), slot(1, 150, 3)] },
      // Of a unit that is elsewhere, and of a time that no chart shows: not kept.
      { unitId: two.id, slots: [slot(1, 999)] },
      { unitId: one.id, slots: [slot(slotsPerDay + 3, 999)] },
    ]),
    // Its clock is an hour behind.
    batch(two.machineId, [{ unitId: two.id, slots: [slot(12, 50)] }], 12 * slotMs),
  ])
  await recordSamples([batch(one.machineId, [{ unitId: one.id, slots: [slot(0, 200, 3)] }])])

  const usage = await ofService()
  expect(usage.units.map(({ unitId }) => unitId)).toEqual([one.id, two.id])
  expect(usage.units[0]?.cpuMillis.slice(-4)).toEqual([null, 100, 150, 200])
  expect(usage.units[0]?.restarts).toBe(3)
  expect(usage.units[0]?.cpuMillis.filter((value) => value !== null)).toHaveLength(3)
  expect(usage.units[1]?.cpuMillis.at(-1)).toBe(50)
  const machine = await getMachineUsage(operator, { name: await name(one.machineId) })
  expect([machine.cpuMillis.at(-31), machine.cpuMillis.at(-2), machine.cpuMillis.at(-1)]).toEqual([700, 900, null])
  expect(machine.restarts).toBe(3)
  expect(machine.capacity.cpuMillis).toBeGreaterThan(0)
})

test('a day later all of it is forgotten; who may not see the service or the machine learns nothing', async () => {
  await expect(ofService()).resolves.toBeDefined()
  const stranger = await world.person('stranger')
  const ask = { organization: world.slug, application: 'shop', name: 'web', environment: 'production' as const }
  await expect(getServiceUsage(stranger, ask)).rejects.toMatchObject({ code: 'not_found' })
  const { name } = await db.machine.findFirstOrThrow()
  await expect(getMachineUsage(await world.person('admin'), { name })).rejects.toMatchObject({ code: 'not_found' })
  clock.advance(27 * 3_600_000)
  expect(await tendSamples()).toBeGreaterThan(0)
  expect(await db.sampleHour.count()).toBe(0)
})
