import { afterAll, beforeAll, expect, test } from 'vitest'
import { busReady, closeBus, subscribe } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { requestAutomation } from '@/lib/deploys/request-automation'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { watchMachines } from './watch-machines'

let database: TestDatabase
let world: BuiltOrganization

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  await db.processHeartbeat.create({ data: { id: 'g', kind: 'gateway', startedAt: clock.now(), heardAt: clock.now() } })
})
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
    data: { state: 'error_detected', stateBefore: 'ready', stateReason: 'not heard for 61 s', stateSince: since, heardAt: clock.now() },
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
