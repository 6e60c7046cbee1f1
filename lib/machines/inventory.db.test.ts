import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getMachine } from './get-machine'
import { dayMs, type Inventory } from './inventory-views'
import { listMachines } from './list-machines'
import { remindExpiry } from './remind-expiry'
import { setInventory } from './set-inventory'
import { MachineListSchema, MachineViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 3 })
})
afterAll(() => database.dispose())

const nothing: Inventory = { owner: null, cost: null, rack: null, zone: null, labels: {}, configuration: {}, note: null, expiresAt: null }
const view = async (id: string) => {
  const { name } = await db.machine.findUniqueOrThrow({ where: { id } })
  return MachineViewSchema.parse(await getMachine(await world.person('operator'), { name }))
}
const say = async (machineId: string, said: Partial<Inventory>, revision?: number) =>
  setInventory(await world.person('operator'), {
    ...nothing,
    ...said,
    machineId,
    revision: revision ?? (await view(machineId)).inventoryRevision,
  })
const find = async (ask: object) => MachineListSchema.parse(await listMachines(await world.person('operator'), ask))
const inDays = (days: number) => new Date(clock.nowMs() + days * dayMs).toISOString()

test('what an operator says of a machine stands on its page, and nobody overwrites what somebody else has just said', async () => {
  const [id = ''] = world.machines.production
  const said: Partial<Inventory> = {
    owner: 'Team Quay',
    cost: { amount: 84.5, currency: 'EUR' },
    zone: 'fra-1',
    rack: 'r12',
    labels: { disk: 'ssd', tier: 'gold' },
    configuration: { 'Serial number': 'X1' },
    expiresAt: inDays(20),
  }
  await say(id, said)
  expect(await view(id)).toMatchObject({ inventory: { ...nothing, ...said }, expiry: 'days_30', inventoryRevision: 1 })
  await expect(say(id, {}, 0)).rejects.toMatchObject({ code: 'stale' })
  await expect(setInventory(await world.person('owner'), { ...nothing, machineId: id, revision: 1 })).rejects.toMatchObject({
    code: 'not_found',
  })
  const [event] = (await view(id)).history
  expect(event).toMatchObject({ name: 'machine.inventory_set', data: { before: { owner: null }, after: { owner: 'Team Quay' } } })
  // Saying the same again is no change.
  await say(id, said)
  expect((await view(id)).inventoryRevision).toBe(1)
})

test('machines are found by zone, by each of several labels, by owner and by their end', async () => {
  const [first = '', second = '', third = ''] = world.machines.production
  await say(second, { zone: 'fra-2', labels: { disk: 'ssd' }, expiresAt: inDays(-1) })
  await say(third, { zone: 'fra-2', labels: { disk: 'hdd' }, owner: 'Rented', expiresAt: inDays(90) })
  const ids = async (ask: object) => (await find(ask)).items.map((row) => row.id)
  expect(await ids({ zone: ['fra-2'] })).toEqual([second, third])
  expect(await ids({ label: ['disk=ssd'] })).toEqual([first, second])
  expect(await ids({ label: ['disk=ssd', 'tier=gold'] })).toEqual([first])
  expect(await ids({ q: 'rented' })).toEqual([third])
  expect(await ids({ q: 'disk=hd' })).toEqual([third])
  expect(await ids({ expiry: ['soon'] })).toEqual([first])
  expect(await ids({ expiry: ['over', 'soon'] })).toEqual([first, second])
  const { choices, expiring } = await find({})
  expect(choices).toMatchObject({ zones: ['fra-1', 'fra-2'], labels: ['disk=hdd', 'disk=ssd', 'tier=gold'] })
  expect(expiring).toEqual({ over: 1, soon: 1 })
})

test('a reminder is written 30, 7 and 1 days before the end, each once, and anew for another date', async () => {
  const [, id = ''] = world.machines.test
  const reminders = async () =>
    (await view(id)).history.filter((event) => event.name === 'machine.expires_soon').map((event) => event.data.days)
  await say(id, { expiresAt: inDays(40), owner: 'Team Quay' })
  await remindExpiry()
  expect(await reminders()).toEqual([])
  for (const [days, then] of [
    [11, [30]],
    [10, [30]],
    // The hub was down when the second was due: the present says 1, and what is over is not made up for.
    [18.5, [1, 30]],
    [0.7, [1, 30]],
  ] as const) {
    clock.advance(days * dayMs)
    await remindExpiry()
    await remindExpiry()
    expect(await reminders()).toEqual(then)
  }
  await say(id, { expiresAt: inDays(6) })
  await remindExpiry()
  expect(await reminders()).toEqual([7, 1, 30])
  clock.reset()
})
