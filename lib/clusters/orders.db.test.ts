import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { addPlacement, previewPlacement } from '@/lib/deploys/add-placement'
import { catchUpClusters } from '@/lib/deploys/catch-up-clusters'
import { createService, previewService } from '@/lib/deploys/create-service'
import type { RequestDeployInput } from '@/lib/deploys/deploy-request'
import { driverOf } from '@/lib/deploys/driver-of'
import { callbackOf } from '@/lib/deploys/record-callback'
import { requestDeploy } from '@/lib/deploys/request-deploy'
import { getService } from '@/lib/services/get-service'
import type { BuiltOrganization } from '@/lib/testing/build-organization'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type OrderedClusters, orderedClusters } from '@/lib/testing/ordered-clusters'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

let database: TestDatabase
let world: BuiltOrganization
let versionId: string
let clusters: OrderedClusters['clusters']
let carryOut: OrderedClusters['carryOut']

beforeAll(async () => {
  database = await testDatabase()
  ;({ world, versionId, clusters, carryOut } = await orderedClusters())
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const stateOf = async (id: string) => {
  const record = await database.db.deployRecord.findUniqueOrThrow({
    where: { id },
    include: { targets: { orderBy: { runtimeId: 'asc' } } },
  })
  return [record.state, record.code, record.deferred]
}
const setCluster = (at: number, state: 'ready' | 'offline') =>
  database.db.cluster.update({ where: { id: clusters[at]?.id ?? '' }, data: { state } })

let stageId: string
let serviceId: string
const change = async (input: Omit<RequestDeployInput, 'stageId'>): Promise<string> => {
  const { recordId } = await requestDeploy(await world.person('developer'), { stageId, ...input })
  await carryJobs()
  return recordId
}
const placements = () => database.db.placement.findMany({ where: { stageId }, orderBy: { runtime: { name: 'asc' } } })

test('one record installs a service in several clusters; one that does not answer is put off, and caught up by a repair', async () => {
  await setCluster(1, 'offline')
  const made = await createService(await world.person('developer'), {
    ...{ organization: world.slug, application: 'shop', name: 'web', packageVersionId: versionId, count: 2 },
    runtimeId: clusters[0]?.runtimeId ?? '',
    alsoIn: [clusters[1]?.runtimeId ?? ''],
  })
  ;({ serviceId } = made)
  stageId = (await database.db.stage.findFirstOrThrow({ where: { serviceId } })).id
  await carryJobs()
  await carryOut(0)
  expect(await stateOf(made.recordId)).toEqual(['succeeded', null, 1])
  const [first, second] = await placements()
  expect([first?.count, second?.count, second?.wantedCount]).toEqual([2, 0, 2])
  expect((await database.db.stage.findUniqueOrThrow({ where: { id: stageId } })).releaseId).toBeNull()
  expect(await catchUpClusters()).toBe(0)
  await setCluster(1, 'ready')
  expect(await catchUpClusters()).toBe(1)
  await carryJobs()
  await carryOut(1)
  const repair = await database.db.deployRecord.findFirstOrThrow({ where: { stageId, kind: 'repair' } })
  expect(await stateOf(repair.id)).toEqual(['succeeded', null, 0])
  const release = await database.db.release.findFirstOrThrow({ where: { stageId } })
  expect((await database.db.stage.findUniqueOrThrow({ where: { id: stageId } })).releaseId).toBe(release.id)
  expect((await placements()).map((one) => [one.releaseId, one.count])).toEqual([
    [release.id, 2],
    [release.id, 2],
  ])
})

test('a preview of several clusters comes to the same hash each time', async () => {
  const [runtimeId = '', also = ''] = clusters.map((one) => one.runtimeId)
  const place = { organization: world.slug, application: 'shop', name: 'twice', packageVersionId: versionId, count: 1 }
  const ask = { ...place, runtimeId, alsoIn: [also] }
  const developer = await world.person('developer')
  const hashes = new Set<string>()
  for (let round = 0; round < 8; round++) hashes.add((await previewService(developer, ask)).expectedHash)
  expect(hashes.size).toBe(1)
})

test('a service that runs in one cluster is brought to another with the release that it has, and nothing else moves', async () => {
  const place = { organization: world.slug, application: 'shop', service: 'narrow', environment: 'test' as const, count: 3 }
  const [here = '', there = ''] = clusters.map((one) => one.runtimeId)
  const made = await createService(await world.person('developer'), {
    ...{ organization: world.slug, application: 'shop', name: 'narrow', packageVersionId: versionId, count: 1, runtimeId: here },
  })
  await carryJobs()
  await carryOut(0)
  const developer = await world.person('developer')
  await expect(addPlacement(developer, { ...place, runtimeId: here })).rejects.toMatchObject({ message: 'It runs in c0 already.' })
  await expect(addPlacement(await world.person('viewer'), { ...place, runtimeId: there })).rejects.toMatchObject({ code: 'forbidden' })
  const preview = await previewPlacement(developer, { ...place, runtimeId: there })
  expect(preview.summary.counts).toMatchObject({ create: 3, change: 0, restart: 0 })
  const { recordId } = await addPlacement(developer, { ...place, runtimeId: there, expectedHash: preview.expectedHash })
  await carryJobs()
  await expect(carryOut(0)).rejects.toThrow('Nothing is ordered there.')
  await carryOut(1)
  expect(await stateOf(recordId)).toEqual(['succeeded', null, 0])
  const all = await database.db.placement.findMany({
    where: { stage: { serviceId: made.serviceId } },
    orderBy: { runtime: { name: 'asc' } },
  })
  expect(all.map((one) => one.count)).toEqual([1, 3])
  expect(new Set(all.map((one) => one.releaseId)).size).toBe(1)
  await requestDeploy(developer, { stageId: all[0]?.stageId ?? '', kind: 'remove' })
  await carryJobs()
  await carryOut(0)
  await carryOut(1)
})

test('an order that is handed over twice, or for a record that has ended, has effect once', async () => {
  const recordId = await change({ kind: 'restart' })
  const tasks = await database.db.task.findMany({ where: { recordId }, orderBy: { index: 'asc' } })
  const targets = await database.db.deployTarget.findMany({ where: { recordId } })
  const orders = tasks.map((task) => ({
    ...task,
    ...{ recordId, taskId: task.id, generation: 0, params: {}, checkTaskId: null },
    placementId: targets.find((target) => target.id === task.targetId)?.placementId ?? null,
  }))
  const revisions = async () => (await database.db.workload.findMany({ orderBy: { placementId: 'asc' } })).map((one) => one.revision)
  const before = await revisions()
  await driverOf('kubernetes').apply(orders, callbackOf, new AbortController().signal)
  expect(await revisions()).toEqual(before)
  await carryOut(0)
  await carryOut(1)
  expect((await stateOf(recordId))[0]).toBe('succeeded')
  await driverOf('kubernetes').apply(orders, callbackOf, new AbortController().signal)
  expect(await revisions()).toEqual(before)
  expect(await database.db.workload.count({ where: { causeTaskId: { not: null } } })).toBe(0)
})

test('what was put off long ago asks a person again', async () => {
  await setCluster(1, 'offline')
  const recordId = await change({ kind: 'configure', values: { workers: 2 } })
  await carryOut(0)
  expect(await stateOf(recordId)).toEqual(['succeeded', null, 1])
  await setCluster(1, 'ready')
  clock.advance(80 * 3_600_000)
  await database.db.cluster.updateMany({ data: { heardAt: clock.now() } })
  await catchUpClusters()
  await carryJobs()
  const repair = await database.db.deployRecord.findFirstOrThrow({ where: { stageId, kind: 'repair' }, orderBy: { number: 'desc' } })
  expect(await stateOf(repair.id)).toEqual(['awaiting_approval', null, 0])
  clock.reset()
  await database.db.deployRecord.update({ where: { id: repair.id }, data: { state: 'cancelled', endedAt: new Date() } })
})

test('a failure holds the placement with its reason, until a release succeeds on it', async () => {
  const recordId = await change({ kind: 'configure', values: { workers: 3 } })
  await carryOut(0, { code: 'image_pull', message: 'ImagePullBackOff: no such image' })
  await carryOut(1)
  expect((await stateOf(recordId)).slice(0, 2)).toEqual(['failed', 'image_pull'])
  const view = await getService(await world.person('viewer'), { organization: world.slug, application: 'shop', name: 'web' })
  expect(view.placements.map((one) => [one.runtime.name, one.workload?.state, one.workload?.held]).sort()).toEqual([
    ['c0', 'failed', true],
    ['c1', 'available', false],
  ])
  expect(view.health).toBe('degraded')
  await expect(change({ kind: 'restart' })).rejects.toMatchObject({ details: { reason: 'workload_held' } })
  await change({ kind: 'configure', values: { workers: 4 } })
  await carryOut(0)
  await carryOut(1)
  expect(await database.db.workload.count({ where: { held: true } })).toBe(0)
})

test('one cluster alone goes back to an earlier release', async () => {
  const [first] = await placements()
  const release = await database.db.release.findFirstOrThrow({ where: { stageId, number: 1 } })
  const recordId = await change({ kind: 'rollback', releaseId: release.id, placementIds: [first?.id ?? ''] })
  await carryOut(0)
  expect((await stateOf(recordId))[0]).toBe('succeeded')
  expect((await placements()).map((one) => one.releaseId === release.id)).toEqual([true, false])
})

test('a grant’s limit holds before anything is approved', async () => {
  const [first] = await placements()
  await database.db.runtimeGrant.updateMany({ where: { runtimeId: first?.runtimeId ?? '' }, data: { units: 4, cpuMillis: 300 } })
  await expect(change({ kind: 'scale', counts: { [first?.id ?? '']: 5 } })).rejects.toMatchObject({
    code: 'quota_exceeded',
    details: {
      quotas: [
        { kind: 'units', used: 2, asks: 3, limit: 4 },
        { kind: 'cpuMillis', used: 200, asks: 300, limit: 300 },
      ],
    },
  })
})

test('a removal is over when the last cluster says so', async () => {
  const recordId = await change({ kind: 'remove' })
  await carryOut(0)
  await carryOut(1)
  expect((await stateOf(recordId))[0]).toBe('succeeded')
  expect((await database.db.service.findUniqueOrThrow({ where: { id: serviceId } })).removedAt).not.toBeNull()
})
