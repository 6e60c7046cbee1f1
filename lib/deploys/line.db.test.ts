import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { presentReleases } from '@/lib/services/present-releases'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { advanceDeploy } from './advance-deploy'
import { cancelDeploy } from './cancel-deploy'
import { endRestoredDeploys } from './end-restored'
import { giveUpDeploy } from './give-up-deploy'
import { planRecord } from './plan-record'
import { requestDeploy } from './request-deploy'
import { retryDeploy } from './retry-deploy'
import { rollBackDeploy } from './roll-back-deploy'

let database: TestDatabase
let world: SmallWorld
let placementId: string

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  world = await SmallWorld.make()
  placementId = (await db.placement.findFirstOrThrow({ where: { stageId: world.stageId } })).id
  const recordId = await world.requestInstall(3)
  await world.approve(recordId)
  await world.finish(recordId)
})

const scale = async (count: number) =>
  (await requestDeploy(await world.person('dev'), { stageId: world.stageId, kind: 'scale', counts: { [placementId]: count } })).recordId
const upgrade = async (onFailure: 'stop' | 'roll_back' = 'stop') =>
  (
    await requestDeploy(await world.person('dev'), {
      stageId: world.stageId,
      kind: 'upgrade',
      packageVersionId: world.world.versions[1],
      values: { message: 'hello' },
      onFailure,
    })
  ).recordId
const record = (id: string) => db.deployRecord.findUniqueOrThrow({ where: { id } })
const livingUnits = () => db.unit.findMany({ where: { stageId: world.stageId, removedAt: null }, orderBy: { ordinal: 'asc' } })

describe('what waits behind another', () => {
  test('a unit that is asked for again while its namesake is being removed is a new one', async () => {
    const out = await scale(2)
    await world.approve(out)
    await world.carryAll()
    const back = await scale(3)
    await world.approve(back)
    await world.finish(out)
    await world.finish(back)
    expect((await record(back)).state).toBe('succeeded')
    expect((await livingUnits()).map((unit) => [unit.ordinal, unit.state])).toEqual([
      [0, 'running'],
      [1, 'running'],
      [2, 'running'],
    ])
    expect(await db.allocation.count({ where: { to: null, unit: { stageId: world.stageId } } })).toBe(3)
  })

  test('a plan made from a promise is made anew when the promise is not kept', async () => {
    const out = await scale(5)
    await world.approve(out)
    const after = await upgrade()
    const promised = await world.hashOf(after)
    await cancelDeploy(await world.person('admin'), { recordId: out })
    await world.approve(after)
    await world.carryAll()
    expect(await record(after)).toMatchObject({ state: 'awaiting_approval' })
    expect(await world.hashOf(after)).not.toBe(promised)
    await world.approve(after)
    await world.finish(after)
    expect(await livingUnits()).toHaveLength(3)
  })

  test('who is planned anew because another’s change came first keeps its place in the line', async () => {
    // In test nobody need approve, so that a new plan goes straight back into the line.
    const dev = await world.person('dev')
    const stageId = world.world.stages.test
    const { id } = await db.placement.findFirstOrThrow({ where: { stageId } })
    const packageVersionId = world.world.versions[0]
    const values = { message: 'hello' }
    const install = await requestDeploy(dev, { stageId, kind: 'install', packageVersionId, values, counts: { [id]: 2 } })
    await world.finish(install.recordId)
    const first = await requestDeploy(dev, { stageId, kind: 'configure', values: { message: 'other' } })
    await world.carryAll()
    const second = await requestDeploy(dev, { stageId, kind: 'scale', counts: { [id]: 3 } })
    const third = await requestDeploy(dev, { stageId, kind: 'scale', counts: { [id]: 1 } })
    await cancelDeploy(await world.person('admin'), { recordId: first.recordId })
    await giveUpDeploy(await world.person('admin'), { recordId: first.recordId })
    // Both are stale now; the younger is looked at first.
    await db.$executeRaw`delete from "Outbox"`
    await advanceDeploy({ recordId: third.recordId })
    await advanceDeploy({ recordId: second.recordId })
    await planRecord({ recordId: third.recordId })
    await advanceDeploy({ recordId: third.recordId })
    expect(await record(third.recordId)).toMatchObject({ state: 'queued', waitsForId: second.recordId })
  })
})

describe('what ends before it is done', () => {
  test('a removal that was given up is not done by a machine that comes back', async () => {
    const out = await scale(2)
    await world.approve(out)
    for (const agent of world.world.agents) agent.connected = false
    await world.carryAll()
    await cancelDeploy(await world.person('admin'), { recordId: out })
    await giveUpDeploy(await world.person('admin'), { recordId: out })
    await world.carryAll()
    const held = (await livingUnits()).filter((unit) => unit.held)
    expect(held).toHaveLength(1)
    for (const agent of world.world.agents) agent.connected = true
    await world.agentsWork()
    expect(world.world.agents.some((agent) => agent.units.has(held[0]?.id ?? ''))).toBe(true)
    expect(await db.desiredUnit.findMany({ where: { unitId: held[0]?.id } })).toMatchObject([{ wanted: 'as_is' }])
  })

  test('an upgrade that hangs in its first unit can be cancelled and rolled back', async () => {
    const up = await upgrade()
    await world.approve(up)
    await world.carryAll()
    const back = await rollBackDeploy(await world.person('admin'), { recordId: up, cancelFirst: true })
    expect((await record(up)).state).toBe('cancelling')
    expect(['awaiting_approval', 'queued']).toContain((await record(back.recordId)).state)
    await giveUpDeploy(await world.person('admin'), { recordId: up })
    await world.carryAll()
    expect((await record(up)).state).toBe('cancelled')
    expect((await record(back.recordId)).endedAt === null || (await record(back.recordId)).code === 'nothing_to_do').toBe(true)
  })

  test('a restored hub rolls nothing back by itself', async () => {
    const up = await upgrade('roll_back')
    await world.approve(up)
    for (let turn = 0; turn < 2; turn++) {
      await world.carryAll()
      await world.agentsWork()
    }
    await world.carryAll()
    expect((await livingUnits()).some((unit) => unit.releaseId !== unit.wantedReleaseId || unit.state !== 'running')).toBe(true)
    expect((await record(up)).state).toBe('running')
    await endRestoredDeploys()
    await world.carryAll()
    expect((await record(up)).code).toBe('hub_restored')
    expect(await db.deployRecord.count({ where: { rollbackOfId: up } })).toBe(0)
  })
})

test('what a unit has is told from its content, before it serves with it', async () => {
  const up = await upgrade()
  await world.approve(up)
  const [unit] = await livingUnits()
  const { toReleaseId } = await record(up)
  if (!unit) throw new Error('No unit.')
  expect((await presentReleases([unit])).get(unit.id)).toBe(unit.releaseId)
  await db.desiredUnit.updateMany({ where: { unitId: unit.id }, data: { contentDigest: 'new', releaseId: toReleaseId } })
  expect((await presentReleases([unit])).get(unit.id)).toBe(unit.releaseId)
  expect((await presentReleases([{ ...unit, contentDigest: 'new' }])).get(unit.id)).toBe(toReleaseId)
})

test('a removed service is not deployed again', async () => {
  const up = await upgrade()
  await world.approve(up)
  await world.carryAll()
  await cancelDeploy(await world.person('admin'), { recordId: up })
  await world.finish(up)
  const gone = await requestDeploy(await world.person('dev'), { stageId: world.stageId, kind: 'remove' })
  await world.approve(gone.recordId)
  await world.finish(gone.recordId)
  expect((await record(gone.recordId)).state).toBe('succeeded')
  await expect(retryDeploy(await world.person('dev'), { recordId: up })).rejects.toMatchObject({ code: 'plan_refused' })
})

test('a service whose installation still waits can be removed, and the installation with it', async () => {
  await database.empty()
  world = await SmallWorld.make()
  const install = await world.requestInstall(2)
  const { recordId } = await requestDeploy(await world.person('dev'), { stageId: world.stageId, kind: 'remove' })
  await world.approve(recordId)
  await world.finish(recordId)
  expect((await record(recordId)).state).toBe('succeeded')
  expect(await record(install)).toMatchObject({ state: 'cancelled', code: 'service_removed' })
  expect((await db.service.findUniqueOrThrow({ where: { id: world.world.serviceId } })).removedAt).not.toBeNull()
  expect(await db.reservation.count({ where: { endedAt: null } })).toBe(0)
})
