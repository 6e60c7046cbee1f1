import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { createService } from '@/lib/deploys/create-service'
import { getPool } from '@/lib/init/get-pool'
import { PoolViewSchema } from '@/lib/init/views'
import { pace } from '@/lib/pace'
import { listRequests } from '@/lib/quotas/list-requests'
import { QuotaRequestListSchema } from '@/lib/quotas/views'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { countRoom } from './count-room'
import { loadMachineFacts } from './load-machine-facts'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
})
afterAll(() => database.dispose())

/** The room of a pool as a form counts it, and the same from what the planner sees. */
const bothRooms = async (runtimeId: string, organizationId: string) => {
  const facts = await loadMachineFacts(db, [runtimeId], { organizationId, exceptRecordId: null })
  const ready = facts.filter((one) => !one.whyNot)
  const largest = (key: 'memoryMib' | 'cpuMillis') =>
    ready.length > 0 ? Math.max(...ready.map(({ capacity, used }) => Math.max(0, capacity[key] - used[key]))) : null
  const planned = { machines: facts.length, readyMachines: ready.length }
  const free = { largestFreeMemoryMib: largest('memoryMib'), largestFreeCpuMillis: largest('cpuMillis') }
  return { counted: (await countRoom([runtimeId], organizationId)).get(runtimeId), planned: { ...planned, ...free } }
}

const expectOneRoom = async (runtimeId: string, organizationId: string, readyMachines: number) => {
  const { counted, planned } = await bothRooms(runtimeId, organizationId)
  expect(counted).toEqual(planned)
  expect(planned.readyMachines).toBe(readyMachines)
}

const shared = { isolation: 'agent_user', isolationReason: 'The agent does not run as root.', agentVersion: '0.6.0' }

test('where all units share one account a machine takes units of one organisation, until nothing of it is left there', async () => {
  const runtimeId = world.runtimes.test
  const [first = '', second = '', third = ''] = world.machines.test
  await db.machine.updateMany({ where: { id: { in: [first, second] } }, data: { facts: shared } })
  await db.machine.update({ where: { id: third }, data: { facts: { ...shared, refusesUnits: true } } })
  const pkg = await buildPackage(['1.0.0'])
  const { stageId } = await buildService(world, pkg, { environment: 'test', count: 1 })
  const { machineId: taken } = await db.allocation.findFirstOrThrow({ where: { to: null, unit: { stageId } } })
  expect([first, second]).toContain(taken)

  const other = await db.organization.findUniqueOrThrow({ where: { slug: world.otherSlug } })
  const application = await db.application.create({ data: { organizationId: other.id, slug: 'stone', name: 'Stone' } })
  await db.runtimeGrant.create({ data: { runtimeId, organizationId: other.id } })
  const ask = async (name: string, count: number) =>
    createService(await world.person('stranger'), {
      organization: other.slug,
      application: application.slug,
      name,
      packageVersionId: pkg.versions['1.0.0'] ?? '',
      runtimeId,
      count,
      values: {},
    })
  const made = await ask('quarry', 2)
  await carryJobs()
  const there = await db.allocation.findMany({ where: { to: null, unit: { stage: { serviceId: made.serviceId } } } })
  const free = [first, second].find((id) => id !== taken)
  expect(there.map((one) => one.machineId)).toEqual([free, free])

  const whyNot = async (organizationId: string) => {
    const facts = await loadMachineFacts(db, [runtimeId], { organizationId, exceptRecordId: null })
    return Object.fromEntries(facts.map((one) => [one.id, one.whyNot?.code]))
  }
  expect(await whyNot(world.id)).toEqual({ [taken]: undefined, [free ?? '']: 'serves_other_organization', [third]: 'no_separate_users' })
  expect(await whyNot(other.id)).toEqual({ [taken]: 'serves_other_organization', [free ?? '']: undefined, [third]: 'no_separate_users' })
  for (const id of [world.id, other.id]) await expectOneRoom(runtimeId, id, 1)
  // What was left behind could be read as well.
  await db.allocation.updateMany({ where: { machineId: taken }, data: { to: new Date() } })
  const left = { organizationId: world.id, machineId: taken, kind: 'data', what: 'data', why: 'for the test' }
  const line = await db.ledger.create({ data: left })
  expect(await whyNot(other.id)).toMatchObject({ [taken]: 'serves_other_organization' })
  await expectOneRoom(runtimeId, other.id, 1)
  await db.ledger.update({ where: { id: line.id }, data: { closedAt: new Date() } })
  expect(await whyNot(other.id)).toMatchObject({ [taken]: undefined })
  await expectOneRoom(runtimeId, other.id, 2)
})

test('a form counts as ready and as free what the planner would take', async () => {
  const runtimeId = world.runtimes.production
  const [first = '', ...others] = world.machines.production
  const all = others.length + 1
  const why: Partial<Machine>[] = [
    { state: 'inited' },
    { identityConflict: true },
    { maintenance: true },
    { drainSince: clock.now() },
    { heardAt: new Date(clock.nowMs() - pace('unknownAfter') - 1000) },
    { heardAt: null },
    { facts: { ...shared, refusesUnits: true } },
  ]
  const { id: _, ...before } = await db.machine.findUniqueOrThrow({ where: { id: first }, omit: { runtimeId: true } })
  const set = (data: object) => db.machine.update({ where: { id: first }, data })
  await expectOneRoom(runtimeId, world.id, all)
  for (const data of why) {
    await set({ ...before, ...data })
    await expectOneRoom(runtimeId, world.id, all - 1)
  }
  for (const data of [{ state: 'offline' as const }, { state: 'new' as const, removedAt: clock.now() }]) {
    await set({ ...before, ...data })
    expect(await bothRooms(runtimeId, world.id)).toMatchObject({ counted: { machines: all - 1 }, planned: { machines: all - 1 } })
  }
  await set(before)
  const signal = { machineId: first, signal: 'clock_off', seenAt: clock.now() }
  await db.machineSignal.create({ data: { ...signal, raisedAt: null } })
  await expectOneRoom(runtimeId, world.id, all)
  await db.machineSignal.updateMany({ where: { machineId: first }, data: { raisedAt: clock.now() } })
  await expectOneRoom(runtimeId, world.id, all - 1)
  await db.machineSignal.deleteMany({ where: { machineId: first } })

  // What is promised, and more than there is, as well.
  await db.machine.updateMany({ where: { id: { in: others } }, data: { maintenance: true } })
  const promised = { recordId: 'none', machineId: first, unitId: 'none/0', memoryMib: 10, diskMib: 0, ports: {} }
  for (const cpuMillis of [100, 10_000_000]) {
    await db.reservation.create({ data: { ...promised, cpuMillis } })
    await expectOneRoom(runtimeId, world.id, 1)
  }
  await db.reservation.updateMany({ where: { recordId: 'none' }, data: { endedAt: clock.now() } })
  await expectOneRoom(runtimeId, world.id, 1)
  await db.machine.updateMany({ where: { id: { in: others } }, data: { maintenance: false } })
})

test('its pool says so, and so does a request for a grant there', async () => {
  const operator = await world.person('operator')
  const { name } = await db.runtime.findUniqueOrThrow({ where: { id: world.runtimes.test } })
  expect(PoolViewSchema.parse(await getPool(operator, { name }))).toMatchObject({ machines: 3, sharedAccounts: 2, refusesUnits: 1 })
  const request = { organizationId: world.id, requesterId: world.userIds.developer, reason: 'for the test' }
  for (const runtimeId of [world.runtimes.test, world.runtimes.production])
    await db.quotaRequest.create({ data: { ...request, runtimeId } })
  const list = QuotaRequestListSchema.parse(await listRequests(operator, {}))
  expect(list.shared).toEqual([{ runtimeId: world.runtimes.test, machines: 3, shared: 2, organizations: ['Harbor', 'Quarry'] }])
})

test('a port that is taken on one address of loopback is taken on all, in whatever pool; elsewhere only at that address', async () => {
  const [here, there] = [world.machines.test[0] ?? '', world.machines.production[0] ?? '']
  const before = await db.machine.findMany({ where: { id: { in: [here, there] } }, select: { id: true, address: true } })
  const taken = async (mine: string, theirs: string) => {
    await db.machine.update({ where: { id: here }, data: { address: mine } })
    await db.machine.update({ where: { id: there }, data: { address: theirs } })
    const facts = await loadMachineFacts(db, [world.runtimes.test], { organizationId: world.id, exceptRecordId: null })
    return facts.find((one) => one.id === here)?.takenPorts.has(9999)
  }
  await db.machinePort.create({ data: { machineId: there, port: 9999 } })
  expect(await taken('127.0.0.2', '127.0.0.3')).toBe(true)
  expect(await taken('10.9.0.1', '10.9.0.1')).toBe(true)
  expect(await taken('10.9.0.1', '10.9.0.2')).toBe(false)
  for (const { id, address } of before) await db.machine.update({ where: { id }, data: { address } })
})
