import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { busReady, closeBus, subscribe } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { requestAutomation } from '@/lib/deploys/request-automation'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getMachine } from './get-machine'
import { heardAgents, type Vitals } from './heard-agents'
import { loadMachineFacts } from './load-machine-facts'
import { operateMachine } from './operate-machine'
import { MachineViewSchema } from './views'
import { watchMachines } from './watch-machines'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const long = new Date(clock.nowMs() - 24 * 3_600_000)
  await db.processHeartbeat.create({
    data: { id: 'g', kind: 'gateway', startedAt: long, heardAt: new Date(clock.nowMs() + 24 * 3_600_000) },
  })
})
afterEach(() => clock.reset())
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

test('an organisation is told when a machine it may use falls silent, and when it speaks again', async () => {
  const heard: string[] = []
  subscribe('live', (payload) => void heard.push((payload as { topic: string }).topic))
  await busReady()
  const { id: organizationId } = await db.organization.findUniqueOrThrow({ where: { slug: world.slug } })
  const told = async () => {
    heard.length = 0
    await watchMachines()
    await expect.poll(() => [...heard].sort()).toEqual(['platform', `org:${organizationId}`].sort())
  }
  const [id = ''] = world.machines.test ?? []
  await db.machine.update({ where: { id }, data: { heardAt: new Date(clock.nowMs() - pace('unknownAfter') - 1000) } })
  await told()
  await db.machine.update({ where: { id }, data: { heardAt: clock.now() } })
  await told()
})

test('a machine that is heard again keeps its fault until what moves away from it has moved', async () => {
  const [id = ''] = world.machines.production
  await buildService(world, await buildPackage(['1.0.0']), { count: 3 })
  const allocation = await db.allocation.findFirstOrThrow({
    where: { machineId: id, to: null },
    include: { unit: { include: { stage: { include: { service: true } } } } },
  })
  const { unit } = allocation
  const since = new Date(clock.nowMs() - 60_000)
  await db.machine.update({
    where: { id },
    data: { state: 'error_detected', stateBefore: 'ready', stateReason: 'fault_not_heard', stateSince: since, heardAt: clock.now() },
  })
  const recordId = await requestAutomation({
    stageId: unit.stageId,
    kind: 'failover',
    unitNames: [`${unit.stage.service.name}/${unit.ordinal}`],
    by: 'sweep:test',
    because: 'the machine is lost',
  })
  await db.deployRecord.update({ where: { id: recordId ?? '' }, data: { state: 'running' } })
  const stateOf = async () => (await db.machine.findUniqueOrThrow({ where: { id } })).state
  await watchMachines()
  expect(await stateOf()).toBe('error_detected')
  await db.deployRecord.update({ where: { id: recordId ?? '' }, data: { state: 'succeeded' } })
  await watchMachines()
  expect(await stateOf()).toBe('ready')
})

const fine: Vitals = { diskFreeMib: 5_000, diskTrouble: null, clockOffSeconds: 0 }
const heard = (id: string, more: Partial<Vitals> = {}) =>
  heardAgents([{ machineId: id, epoch: 0, agentRevision: null, vitals: { ...fine, ...more } }])

/** The machine says this all the while, and the sweep looks, until so much time has passed. */
async function pass(id: string, ms: number, says: Partial<Vitals> | 'nothing'): Promise<void> {
  for (const end = clock.nowMs() + ms; clock.nowMs() < end; ) {
    clock.advance(Math.min(30_000, end - clock.nowMs()))
    if (says !== 'nothing') await heard(id, says)
    await watchMachines()
  }
}

async function seen(id: string) {
  const { name, runtimeId } = await db.machine.findUniqueOrThrow({ where: { id } })
  const view = MachineViewSchema.parse(await getMachine(await world.person('operator'), { name }))
  const facts = (await loadMachineFacts(db, [runtimeId], { organizationId: world.id, exceptRecordId: null })).find((one) => one.id === id)
  return {
    state: view.state,
    reason: view.stateReason?.code,
    signals: view.signals.map(({ signal, easedAt }) => (easedAt ? `${signal} eases` : signal)),
    whyNot: facts?.whyNot?.code,
    events: view.history.map((event) => event.name).filter((one) => one !== 'machine.join'),
  }
}

test('a machine that was not heard is ready again only once it has been heard steadily, and one that flaps takes no new units', async () => {
  const [, id = ''] = world.machines.test
  await heard(id)
  await pass(id, pace('faultPatience') + 10_000, 'nothing')
  expect(await seen(id)).toMatchObject({ state: 'error_detected', reason: 'fault_not_heard', signals: ['not_heard'] })
  for (let times = 0; times < 3; times++) {
    await pass(id, pace('heardSteadily') - 10_000, {})
    expect(await seen(id)).toMatchObject({ state: 'error_detected', signals: expect.arrayContaining(['not_heard eases']) })
    await pass(id, pace('unknownAfter') + 10_000, 'nothing')
    expect(await seen(id)).toMatchObject({ state: 'error_detected', signals: expect.arrayContaining(['not_heard']) })
  }
  await pass(id, pace('heardSteadily') + 40_000, {})
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: ['flapping'], whyNot: 'signal_flapping' })
  await pass(id, pace('flapWindow') + pace('warningOver') + 40_000, {})
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: [], whyNot: undefined })
  expect((await db.machine.findUniqueOrThrow({ where: { id } })).cameBackAt).toEqual([])
})

test('a disk that cannot be written is a fault of a machine that is heard; a full one, or a clock that is off, only keeps new units away', async () => {
  const [, , id = ''] = world.machines.test
  const held = pace('clockOffHeld') + 40_000
  await pass(id, held, { diskFreeMib: 100, clockOffSeconds: 300 })
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: ['disk_full', 'clock_off'], whyNot: 'signal_disk_full' })
  await pass(id, pace('diskTroubleOver') + 40_000, { clockOffSeconds: 300 })
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: ['clock_off'], whyNot: 'signal_clock_off' })
  await pass(id, held, { diskTrouble: 'unwritable' })
  expect(await seen(id)).toMatchObject({ state: 'error_detected', reason: 'fault_disk_unwritable', whyNot: 'machine_not_ready' })
  await pass(id, pace('diskTroubleOver') + 40_000, {})
  expect(await seen(id)).toMatchObject({ state: 'ready', reason: undefined })
  await pass(id, pace('warningOver') + 40_000, {})
  const { signals, events } = await seen(id)
  expect(signals).toEqual([])
  expect(events.slice(0, 6).reverse()).toEqual([
    'machine.warned',
    'machine.warned',
    'machine.warning_over',
    'machine.report_fault',
    'machine.clear_fault',
    'machine.warning_over',
  ])
})

test('what an operator says counts: a fault cleared by hand stays so while the machine is heard, one reported by hand is not cleared', async () => {
  const [, id = ''] = world.machines.production
  const operate = async (act: 'clear_fault' | 'report_fault') => operateMachine(await world.person('operator'), { machineId: id, act })
  await heard(id)
  await pass(id, pace('faultPatience') + 10_000, 'nothing')
  await pass(id, 10_000, {})
  await operate('clear_fault')
  await pass(id, 10_000, {})
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: [] })
  await operate('report_fault')
  await pass(id, 2 * pace('heardSteadily'), {})
  expect(await seen(id)).toMatchObject({ state: 'error_detected', reason: 'reported_by_operator' })
})

test('most units of a machine in error by themselves, of several services, keep new ones away; a bad release of one service does not', async () => {
  const [, , id = ''] = world.machines.production
  const pkg = await buildPackage(['1.0.0'])
  const services = [await buildService(world, pkg, { count: 6, name: 'one' }), await buildService(world, pkg, { count: 3, name: 'two' })]
  const here = { removedAt: null, allocations: { some: { machineId: id, to: null } } }
  await db.unit.updateMany({ where: { ...here, stageId: services[0]?.stageId ?? '' }, data: { state: 'error', code: 'start_failed' } })
  await pass(id, pace('unitsFailingHeld') + 40_000, {})
  expect((await seen(id)).signals).toEqual([])
  await db.unit.updateMany({ where: here, data: { state: 'error', code: 'start_failed' } })
  await pass(id, pace('unitsFailingHeld') + 40_000, {})
  expect(await seen(id)).toMatchObject({ state: 'ready', signals: ['units_failing'], whyNot: 'signal_units_failing' })
})
