import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { AppError } from '@/lib/errors'
import { groupBy } from '@/lib/group-by'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { askForService, type BuiltPackage, type BuiltService, buildPackage } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 4 })
  pkg = await buildPackage(['1.0.0'], { component: { data: [], resources: { cpuMillis: 500, memoryMib: 128, diskMib: 10 } } })
})
afterAll(() => database.dispose())

/** On a slow machine the line may be too long: who hears so asks again. */
const answered = (name: string): Promise<BuiltService> =>
  askForService(world, pkg, { name, count: 1 }).catch((error: AppError) => {
    if (error.code !== 'unavailable') throw error
    return answered(name)
  })

test('fifty requests at once in a pool with room for 32: each has its place or hears of every machine why not, and nothing is promised twice', async () => {
  const asks = Array.from({ length: 50 }, (_, index) => answered(`s${index}`))
  const answers = await Promise.allSettled(asks)
  const made = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  // Four machines of four cores: eight units of half a core each.
  expect(made).toHaveLength(32)
  for (const error of refused) {
    expect(error).toBeInstanceOf(AppError)
    const { code, details } = error as AppError
    expect(code).toBe('no_capacity')
    const machines = details.machines as { why: unknown }[]
    expect(machines).toHaveLength(4)
    for (const { why } of machines) expect(why).toEqual({ code: 'no_cpuMillis', values: { needs: 500, free: 0 } })
  }
  const held = await db.reservation.findMany({ where: { endedAt: null } })
  const machines = await db.machine.findMany({ where: { id: { in: [...world.machines.production] } } })
  for (const machine of machines) {
    const mine = held.filter((one) => one.machineId === machine.id)
    expect(mine.reduce((sum, one) => sum + one.cpuMillis, 0)).toBe(machine.cpuMillis)
    expect(mine.reduce((sum, one) => sum + one.memoryMib, 0)).toBeLessThanOrEqual(machine.memoryMib)
  }
  // The machines stand at one address: all their units share its ports.
  const ports = held.map((one) => (one.ports as { http: number }).http)
  expect(new Set(ports).size).toBe(32)
  expect(await db.machinePort.count()).toBe(32)
  const byRecord = groupBy(held, (one) => one.recordId)
  expect([...byRecord.keys()].toSorted()).toEqual(made.map((one) => one.recordId).toSorted())
  // What was refused left nothing behind.
  expect(await db.service.count()).toBe(32)
  expect(await db.deployRecord.count()).toBe(32)
}, 120_000)
