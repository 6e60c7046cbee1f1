import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildMachine, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getMachine } from './get-machine'
import { listMachines } from './list-machines'
import { operateMachine } from './operate-machine'
import { type MachineAct, MachineListSchema, MachineViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  await buildService(world, await buildPackage(['1.0.0']), { environment: 'test', count: 3 })
})
afterAll(() => database.dispose())

const nameOf = async (id: string) => (await db.machine.findUniqueOrThrow({ where: { id } })).name
const view = async (id: string) => MachineViewSchema.parse(await getMachine(await world.person('operator'), { name: await nameOf(id) }))
const act = async (machineId: string, name: MachineAct, typedName?: string) =>
  operateMachine(await world.person('operator'), { machineId, act: name, ...(typedName ? { typedName } : {}) })
const stateOf = async (id: string) => (await db.machine.findUniqueOrThrow({ where: { id } })).state

test('a machine goes through its whole life by hand, each step an event', async () => {
  const id = await buildMachine(world.runtimes.test, 'lifetime', 'new')
  const steps: [MachineAct, string][] = [
    ['init', 'inited'],
    ['bring_online', 'ready'],
    ['stand_by', 'inited'],
    ['report_fault', 'error_detected'],
    ['clear_fault', 'inited'],
    ['bring_online', 'ready'],
    ['report_fault', 'error_detected'],
    ['units_moved', 'error'],
    ['repaired', 'new'],
    ['init', 'inited'],
    ['retire', 'offline'],
    ['return', 'new'],
  ]
  for (const [name, state] of steps) {
    expect((await view(id)).acts.find((one) => one.act === name)?.gate).toEqual({ allowed: true })
    await act(id, name)
    expect(await stateOf(id)).toBe(state)
  }
  const { history } = await view(id)
  expect(history.map((event) => event.name)).toEqual(steps.map(([name]) => `machine.${name}`).reverse())
  expect(history[0]?.actor).toMatchObject({ name: 'operator', kind: 'person' })
})

test('what does not fit the state is refused, and not offered', async () => {
  const [id = ''] = world.machines.test
  for (const name of ['init', 'clear_fault', 'repaired', 'retire', 'return', 'remove', 'abandon_units'] as const) {
    await expect(act(id, name)).rejects.toMatchObject({ code: expect.stringMatching(/conflict/) })
  }
  expect((await view(id)).acts.map((one) => one.act)).toEqual(['stand_by', 'report_fault'])
})

test('abandoned units stand in the ledger, hold no room, and are taken down should the machine return', async () => {
  const [id = ''] = world.machines.test
  const before = await view(id)
  expect(before.unitList).toMatchObject([{ name: expect.stringMatching(/^web\//), state: 'running', href: null }])
  await act(id, 'report_fault')
  expect((await view(id)).acts.find((one) => one.act === 'units_moved')?.gate).toMatchObject({
    allowed: false,
    code: 'has_units',
    values: { count: 1 },
  })
  await expect(act(id, 'abandon_units')).rejects.toMatchObject({ code: 'invalid', details: { fields: { typedName: expect.any(String) } } })
  expect(await stateOf(id)).toBe('error_detected')
  await act(id, 'abandon_units', await nameOf(id))
  const unitId = before.unitList[0]?.id ?? ''
  expect(await db.ledger.findFirstOrThrow({ where: { unitId } })).toMatchObject({
    machineId: id,
    kind: 'unit',
    closedAt: null,
    organizationId: world.id,
  })
  expect(await db.allocation.count({ where: { machineId: id, to: null } })).toBe(0)
  expect(await db.machinePort.count({ where: { machineId: id } })).toBe(0)
  expect(await stateOf(id)).toBe('error')
})

test('a removed machine is gone from every list, its key forgotten, its name free, its history kept', async () => {
  const id = await buildMachine(world.runtimes.test, 'leaving', 'new')
  const { signKey } = await db.machine.findUniqueOrThrow({ where: { id } })
  await expect(act(id, 'remove', 'something else')).rejects.toMatchObject({ code: 'invalid' })
  const { session: _session, ...stale } = await world.person('operator')
  await expect(operateMachine(stale, { machineId: id, act: 'remove', typedName: 'leaving' })).rejects.toMatchObject({
    code: 'fresh_sign_in',
  })
  await act(id, 'remove', 'leaving')
  expect(await db.machine.count({ where: { OR: [{ name: 'leaving' }, { signKey }] } })).toBe(0)
  await expect(getMachine(await world.person('operator'), { name: await nameOf(id) })).rejects.toMatchObject({ code: 'not_found' })
  await expect(act(id, 'init')).rejects.toMatchObject({ code: 'not_found' })
})

test('only operators see machines; for everybody else there are none', async () => {
  const name = await nameOf(world.machines.production[0] ?? '')
  for (const person of ['viewer', 'owner', 'stranger', 'reviewer'] as const) {
    const actor = await world.person(person)
    await expect(getMachine(actor, { name })).rejects.toMatchObject({ code: 'not_found' })
    await expect(listMachines(actor, {})).rejects.toMatchObject({ code: 'not_found' })
    await expect(operateMachine(actor, { machineId: world.machines.test[1] ?? '', act: 'stand_by' })).rejects.toMatchObject({
      code: 'not_found',
    })
  }
})

test('the list goes by pool and name, in pages, with totals of the pools it shows', async () => {
  const operator = await world.person('operator')
  const list = async (ask: object = {}) => MachineListSchema.parse(await listMachines(operator, ask))
  const all = await list()
  expect(all.items.map((row) => [row.pool.name, row.name])).toEqual(
    [...all.items.map((row) => [row.pool.name, row.name])].sort((a, b) => `${a[0]} ${a[1]}`.localeCompare(`${b[0]} ${b[1]}`)),
  )
  expect(all.pools.find((pool) => pool.environment === 'production')).toMatchObject({ machines: 3, states: [{ state: 'ready', count: 3 }] })
  const first = await list({ limit: 2 })
  const second = await list({ limit: 2, after: first.next })
  expect([...first.items, ...second.items].map((row) => row.name)).toEqual(all.items.slice(0, 4).map((row) => row.name))
  expect((await list({ q: 'LIFE' })).items.map((row) => row.name)).toEqual(['lifetime'])
  expect((await list({ q: '%' })).items).toEqual([])
})
