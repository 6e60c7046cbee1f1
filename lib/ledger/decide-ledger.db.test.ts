import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { recordNews } from '@/lib/deploys/record-news'
import { getMachine } from '@/lib/machines/get-machine'
import { recordInventories } from '@/lib/services/record-inventories'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { decideLedger } from './decide-ledger'
import { findDrop, recordDropSaid } from './drop-data'
import { listLedger } from './list-ledger'
import { type LedgerAct, LedgerListSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let machineId: string

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  machineId = world.machines.production[0] ?? ''
})
afterAll(() => database.dispose())

const decide = async (lineId: string, act: LedgerAct, typedName?: string) =>
  decideLedger(await world.person('operator'), { lineId, act, ...(typedName ? { typedName } : {}) })
const lines = async (ask: object = {}) => LedgerListSchema.parse(await listLedger(await world.person('operator'), ask)).items
const line = (data: object) =>
  db.ledger.create({
    data: { kind: 'unit', machineId, unitId: 'stranger', unitName: 'old/0', generation: 3, what: 'old/0 is running', why: 'test', ...data },
  })

test('what is removed is told to its machine, whose own word closes the line and leaves one for the data it kept', async () => {
  const { id } = await line({})
  await decide(id, 'remove')
  const told = { unitId: 'stranger', wanted: 'absent', generation: 3, keepData: true }
  const desired = await db.desiredUnit.findFirstOrThrow({ where: { machineId, unitId: 'stranger' } })
  const { revision } = await db.machine.findUniqueOrThrow({ where: { id: machineId } })
  expect(desired).toMatchObject({ ...told, revision })
  expect((await lines())[0]).toMatchObject({ id, isAsked: true, closedAt: null })
  await expect(decide(id, 'remove')).rejects.toMatchObject({ code: 'conflict', details: { reason: 'removal_asked' } })
  await expect(decide(id, 'remove_with_data')).rejects.toMatchObject({ code: 'invalid' })
  const at = new Date().toISOString()
  const news = {
    unitId: 'stranger',
    generation: 3,
    state: 'removed',
    transition: null,
    contentDigest: null,
    releaseId: null,
    restarts: 0,
    at,
  } as const
  await recordNews(machineId, [{ seq: 1, unit: { ...news, left: ['data'] } }])
  expect(await lines({ view: 'closed' })).toMatchObject([{ id, closedAs: 'gone' }])
  expect(await lines()).toMatchObject([{ kind: 'data', what: 'data', unitName: 'old/0' }])
  expect((await getMachine(await world.person('operator'), { name: (await lines())[0]?.machineName ?? '' })).ledger).toHaveLength(1)
})

test('data are deleted by typing whose they are; only their machine’s own word closes the line', async () => {
  const { id } = await line({ kind: 'data', what: '/apps/old_0/data' })
  const gate = async () => (await lines({ q: 'old_0' }))[0]?.acts.find((one) => one.act === 'delete_data')?.gate
  expect(await gate()).toMatchObject({ allowed: false, code: 'agent_too_old' })
  await db.machine.update({ where: { id: machineId }, data: { agentVersion: '0.6.0', connected: false } })
  expect(await gate()).toMatchObject({ allowed: false, code: 'machine_silent' })
  await db.machine.update({ where: { id: machineId }, data: { connected: true } })
  await expect(decide(id, 'delete_data')).rejects.toMatchObject({ code: 'invalid' })
  const { session: _session, ...stale } = await world.person('operator')
  const ask = { lineId: id, act: 'delete_data', typedName: 'old/0' } as const
  await expect(decideLedger(stale, ask)).rejects.toMatchObject({ code: 'fresh_sign_in' })
  expect(await findDrop({ machineId, lineId: id })).toBeUndefined()
  await decide(id, 'delete_data', 'old/0')
  expect(await findDrop({ machineId, lineId: id })).toEqual({ lineId: id, unitId: 'stranger', generation: 3, path: '/apps/old_0/data' })
  await expect(decide(id, 'delete_data', 'old/0')).rejects.toMatchObject({ details: { reason: 'removal_asked' } })
  // Another machine has nothing to say of it.
  await recordDropSaid(world.machines.production[1] ?? '', { lineId: id, code: null, message: '' })
  await recordDropSaid(machineId, { lineId: id, code: 'data_in_use', message: 'A unit that is here has its folder there.' })
  expect((await lines({ q: 'old_0' }))[0]).toMatchObject({ isAsked: false, refusedAs: 'data_in_use', closedAt: null })
  await decide(id, 'delete_data', 'old/0')
  await recordDropSaid(machineId, { lineId: id, code: null, message: '' })
  expect((await lines({ view: 'closed', q: 'old_0' }))[0]).toMatchObject({ id, closedAs: 'deleted', closedBy: { name: 'operator' } })
  const { name } = await db.machine.findUniqueOrThrow({ where: { id: machineId } })
  const { history } = await getMachine(await world.person('operator'), { name })
  expect(history.slice(0, 4).map((event) => event.name)).toEqual([
    'ledger.data_deleted',
    'ledger.deletion_asked',
    'ledger.data_kept',
    'ledger.deletion_asked',
  ])
})

test('data are forgotten only by typing whose they are; who decided is kept, and decided is decided', async () => {
  const [{ id = '' } = {}] = await lines({ kind: ['data'] })
  await expect(decide(id, 'forget')).rejects.toMatchObject({ code: 'invalid' })
  await expect(decide(id, 'adopt')).rejects.toMatchObject({ code: 'conflict' })
  await decide(id, 'forget', 'old/0')
  expect((await lines({ view: 'closed', kind: ['data'] })).find((one) => one.id === id)).toMatchObject({
    id,
    closedAs: 'forgotten',
    closedBy: { name: 'operator' },
    acts: [],
  })
  await expect(decide(id, 'forget', 'old/0')).rejects.toMatchObject({ code: 'conflict', details: { reason: 'ledger_closed' } })
})

test('a unit that lives on the machine is no left-over, one that it lost is given up, one that differs is adopted', async () => {
  const { stageId } = await buildService(world, await buildPackage(['1.0.0']), { count: 3 })
  const unit = await db.unit.findFirstOrThrow({ where: { stageId, allocations: { some: { machineId, to: null } } } })
  const stale = await line({ unitId: unit.id })
  await expect(decide(stale.id, 'remove')).rejects.toMatchObject({ details: { reason: 'unit_lives' } })
  await db.unit.update({ where: { id: unit.id }, data: { held: true } })
  await decide((await line({ kind: 'differs', unitId: unit.id })).id, 'adopt')
  expect(await db.unit.findUniqueOrThrow({ where: { id: unit.id } })).toMatchObject({ held: false, state: 'running' })
  await decide((await line({ kind: 'missing', unitId: unit.id })).id, 'remove')
  expect(await db.unit.findUniqueOrThrow({ where: { id: unit.id } })).toMatchObject({ state: 'removed' })
})

test('a unit that the hub does not know is adopted as it runs: its service has one more, and the next deploy finds it like any other', async () => {
  const pkg = await buildPackage(['1.0.0'], { component: { data: [] } })
  const { stageId, placementId, name } = await buildService(world, pkg, { count: 2, name: 'lost' })
  const { releaseId } = await db.placement.findUniqueOrThrow({ where: { id: placementId } })
  const unit = (number: number, more: object = {}) => ({
    ...{ unitId: `stranger-${number}`, unit: `${name}/${number}`, generation: 4, state: 'running' as const, contentDigest: 'd'.repeat(64) },
    ...{ releaseId, packageDigest: null, restarts: 1, ports: { http: 9000 + number }, ...more },
  })
  const { revision } = await db.machine.findUniqueOrThrow({ where: { id: machineId } })
  const units = [unit(2), unit(0), unit(7, { unit: 'nobody/7', releaseId: null })]
  await recordInventories([{ machineId, inventory: { units, packages: [], listeners: [] } }])
  const found = await lines({ q: '/' })
  const actOf = (unitId: string) => {
    const own = found.find((one) => one.what.startsWith(unitId))
    return [own?.id ?? '', own?.acts.find((one) => one.act === 'adopt')?.gate] as const
  }
  expect(actOf('lost/0')[1]).toMatchObject({ allowed: false, code: 'number_taken' })
  expect(actOf('nobody/7')[1]).toMatchObject({ allowed: false, code: 'no_home' })
  const [id, gate] = actOf('lost/2')
  expect(gate).toEqual({ allowed: true })
  await decide(id, 'adopt')
  expect(await db.unit.findUniqueOrThrow({ where: { id: 'stranger-2' }, include: { allocations: true } })).toMatchObject({
    ...{ stageId, ordinal: 2, state: 'running', releaseId, generation: 4, held: false },
    allocations: [{ machineId, to: null, ports: { http: 9002 }, cpuMillis: 100, generation: 4 }],
  })
  expect(await db.placement.findUniqueOrThrow({ where: { id: placementId } })).toMatchObject({ count: 3, wantedCount: 3 })
  expect(await db.desiredUnit.findFirstOrThrow({ where: { unitId: 'stranger-2' } })).toMatchObject({ wanted: 'as_is', generation: 4 })
  expect((await db.machine.findUniqueOrThrow({ where: { id: machineId } })).revision).toBeGreaterThan(revision)
  expect((await lines({ view: 'closed', q: 'lost/2' }))[0]).toMatchObject({ id, closedAs: 'adopted' })
  // What its machine tells again is no stranger any more.
  await recordInventories([{ machineId, inventory: { units, packages: [], listeners: [] } }])
  expect(await lines({ q: 'lost/2' })).toEqual([])
})

test('nobody but an operator sees the ledger or decides', async () => {
  const { id } = await line({ unitId: 'another' })
  for (const person of ['owner', 'reviewer', 'stranger'] as const) {
    const actor = await world.person(person)
    await expect(listLedger(actor, {})).rejects.toMatchObject({ code: 'not_found' })
    await expect(decideLedger(actor, { lineId: id, act: 'forget' })).rejects.toMatchObject({ code: 'not_found' })
  }
})
