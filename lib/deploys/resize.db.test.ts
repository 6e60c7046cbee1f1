import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { getService } from '@/lib/services/get-service'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltService, buildPackage, buildService, change, settle } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
let world: BuiltOrganization
let service: BuiltService

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  world = await buildOrganization({ machinesInPool: 2 })
  service = await buildService(world, await buildPackage(['1.0.0', '1.1.0'], { component: { data: [] } }))
})

const sizes = async () =>
  (await db.allocation.findMany({ where: { to: null, unit: { stageId: service.stageId } }, orderBy: { unit: { ordinal: 'asc' } } })).map(
    ({ cpuMillis, memoryMib, generation }) => ({ cpuMillis, memoryMib, generation }),
  )
const held = () => db.reservation.findMany({ where: { endedAt: null }, select: { cpuMillis: true, memoryMib: true } })
const resize = (cpuMillis: number | null, memoryMib: number | null) =>
  change(world, service, { kind: 'resize', size: { cpuMillis, memoryMib } })
const contentOf = async () => {
  const unit = await db.unit.findFirstOrThrow({ where: { stageId: service.stageId } })
  return unit.contentDigest
}

test('another size holds room for itself while it is on its way, takes it without a restart, and stays through an upgrade', async () => {
  const before = await contentOf()
  const { recordId } = await resize(250, 128)
  expect(await held()).toEqual([
    { cpuMillis: 150, memoryMib: 64 },
    { cpuMillis: 150, memoryMib: 64 },
  ])
  const { summary } = await db.plan.findFirstOrThrow({ where: { recordId } })
  expect(summary).toMatchObject({ counts: { change: 2, restart: 0 }, rolling: null, undo: { how: 'resize_back' } })
  await settle(world, recordId)
  expect((await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).state).toBe('succeeded')
  expect(await sizes()).toEqual([
    { cpuMillis: 250, memoryMib: 128, generation: 1 },
    { cpuMillis: 250, memoryMib: 128, generation: 1 },
  ])
  expect(await held()).toEqual([])
  expect(await contentOf()).not.toBe(before)
  const view = await getService(await world.person('developer'), { organization: world.slug, application: 'shop', name: 'web' })
  expect(view.size).toEqual({ own: { cpuMillis: 250, memoryMib: 128 }, package: { cpuMillis: 100, memoryMib: 64 } })

  const versions = await db.packageVersion.findMany({ where: { version: '1.1.0' } })
  const upgrade = await change(world, service, { kind: 'upgrade', packageVersionId: versions[0]?.id ?? '' })
  await settle(world, upgrade.recordId)
  const grown = await change(world, service, { kind: 'scale', counts: { [service.placementId]: 3 } })
  await settle(world, grown.recordId)
  expect((await sizes()).map(({ memoryMib }) => memoryMib)).toEqual([128, 128, 128])

  const back = await resize(null, null)
  await settle(world, back.recordId)
  expect((await sizes()).map(({ memoryMib, cpuMillis }) => [cpuMillis, memoryMib])).toEqual([
    [100, 64],
    [100, 64],
    [100, 64],
  ])
})

test('what does not fit is refused and says which machine lacks what; the same size again is nothing to do', async () => {
  const [machineId = ''] = world.machines.production ?? []
  await db.machine.update({ where: { id: machineId }, data: { memoryMib: 100 } })
  await expect(resize(100, 512)).rejects.toMatchObject({
    code: 'no_capacity',
    details: { machines: [{ why: { code: 'no_memoryMib', values: { needs: 448, free: 36 } } }] },
  })
  await expect(resize(null, null)).rejects.toMatchObject({ code: 'nothing_to_do' })
  await expect(change(world, service, { kind: 'resize' })).rejects.toMatchObject({ code: 'invalid' })
  const { recordId } = await resize(null, 32)
  await settle(world, recordId)
  expect((await sizes()).map(({ memoryMib }) => memoryMib)).toEqual([32, 32])
})

test('the same values again are the same release, and nothing to do', async () => {
  await settle(world, (await change(world, service, { kind: 'configure', values: { message: 'hi' } })).recordId)
  const releases = await db.release.count()
  await expect(change(world, service, { kind: 'configure', values: { message: 'hi' } })).rejects.toMatchObject({ code: 'nothing_to_do' })
  await settle(world, (await change(world, service, { kind: 'configure', values: { message: 'ho' } })).recordId)
  await settle(world, (await change(world, service, { kind: 'configure', values: { message: 'hi' } })).recordId)
  expect(await db.release.count()).toBe(releases + 2)
})
