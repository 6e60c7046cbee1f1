import { afterAll, beforeAll, expect, test } from 'vitest'
import { busReady, closeBus, subscribe } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
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
