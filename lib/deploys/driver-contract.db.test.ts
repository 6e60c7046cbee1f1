import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { driverOf, unitDriverKinds } from './driver-of'
import { callbackOf } from './record-callback'
import { requestDeploy } from './request-deploy'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

/** What every driver of units promises the engine. A new one runs this as it is: it is taken from the registry. */
describe.each(unitDriverKinds)('driver %s', (kind) => {
  let small: SmallWorld
  beforeEach(async () => {
    await database.empty()
    small = await SmallWorld.make()
    await db.runtime.updateMany({ data: { driver: kind } })
  })

  const record = (id: string) => db.deployRecord.findUniqueOrThrow({ where: { id }, include: { tasks: true } })

  test('carries an installation out until its target shows it', async () => {
    const recordId = await small.install()
    expect((await record(recordId)).state).toBe('succeeded')
    const units = await db.unit.findMany({ where: { stageId: small.stageId } })
    expect(units.map((unit) => [unit.state, unit.releaseId !== null])).toEqual([
      ['running', true],
      ['running', true],
      ['running', true],
    ])
  })

  test('an order that is handed over twice has effect once', async () => {
    const recordId = await small.install()
    const [task] = (await record(recordId)).tasks.filter((one) => one.verb === 'switch')
    if (!task) throw new Error('There is no switch task.')
    const unit = await db.unit.findUniqueOrThrow({ where: { id: task.unitId ?? '' } })
    const order = {
      ...task,
      recordId,
      taskId: task.id,
      placementId: null,
      generation: unit.generation,
      params: task.params as Record<string, unknown>,
      checkTaskId: null,
    }
    await driverOf(kind).apply([order], callbackOf, new AbortController().signal)
    await small.agentsWork()
    await small.carryAll()
    expect((await record(recordId)).state).toBe('succeeded')
    expect(await db.allocation.count({ where: { unitId: unit.id } })).toBe(1)
  })

  test('removes what it made, and frees what it held', async () => {
    await small.install()
    const { recordId } = await requestDeploy(await small.person('dev'), { stageId: small.stageId, kind: 'remove' })
    await small.approve(recordId)
    await small.finish(recordId)
    expect((await record(recordId)).state).toBe('succeeded')
    expect(await db.unit.count({ where: { stageId: small.stageId, removedAt: null } })).toBe(0)
    expect(await db.allocation.count({ where: { to: null } })).toBe(0)
    expect(await db.machinePort.count()).toBe(0)
  })

  test('stops, starts and restarts without another place', async () => {
    await small.install()
    for (const verb of ['stop', 'start', 'restart'] as const) {
      const { recordId } = await requestDeploy(await small.person('dev'), { stageId: small.stageId, kind: verb })
      await small.approve(recordId)
      await small.finish(recordId)
      expect((await record(recordId)).state).toBe('succeeded')
      const states = await db.unit.findMany({ where: { stageId: small.stageId }, select: { state: true, generation: true } })
      expect(new Set(states.map((unit) => `${unit.state} ${unit.generation}`))).toEqual(
        new Set([`${verb === 'stop' ? 'stopped' : 'running'} 1`]),
      )
    }
  })
})
