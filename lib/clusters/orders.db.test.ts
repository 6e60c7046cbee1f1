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
import { listLedger } from '@/lib/ledger/list-ledger'
import { getService } from '@/lib/services/get-service'
import { type BuiltOrganization, buildOrganization, heardForTests } from '@/lib/testing/build-organization'
import { buildPackage } from '@/lib/testing/build-service'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { forgetCluster } from './forget-cluster'
import { listResidents } from './list-residents'
import { loadOrders } from './load-orders'
import { partClusters } from './part-cluster'
import { isInhabited } from './placed-in'
import { readObject } from './read-object'
import { removeCluster } from './remove-cluster'
import { noteApplied, settleBadly, settleWell } from './settle-order'
import { stayCluster } from './stay-cluster'

let database: TestDatabase
let world: BuiltOrganization
let versionId: string
const clusters: { id: string; runtimeId: string }[] = []

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 0 })
  const application = await database.db.application.findFirstOrThrow({ where: { organizationId: world.id, slug: 'shop' } })
  for (const name of ['c0', 'c1']) {
    const runtime = await database.db.runtime.create({
      data: { name, kind: 'cluster', driver: 'kubernetes', environment: 'test', grants: { create: { organizationId: world.id } } },
    })
    const namespaces = { create: { applicationId: application.id, name: `${world.slug}-shop`, state: 'present' as const } }
    const where = {
      runtimeId: runtime.id,
      identity: runtime.id,
      server: 'https://cluster.invalid',
      credential: '',
      credentialKind: 'token',
    }
    clusters.push(await database.db.cluster.create({ data: { ...where, heardAt: heardForTests(), namespaces } }))
  }
  const component = { data: [], templates: [], hooks: {}, container: { image: 'nginx:{{ config.workers }}' } }
  versionId =
    (await buildPackage(['1.0.0'], { organizationId: world.id, runtimes: ['machine', 'kubernetes'], component })).versions['1.0.0'] ?? ''
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

/** What the observer of a cluster does, without a cluster: it takes the order, and says how it ended. */
async function carryOut(at: number, failure?: { code: string; message: string }): Promise<void> {
  const [order] = await loadOrders(clusters[at] as { id: string })
  if (!order) throw new Error('Nothing is ordered there.')
  await noteApplied(order, 1)
  const [applied] = await loadOrders(clusters[at] as { id: string })
  if (!applied) throw new Error('The order is gone.')
  await (failure ? settleBadly(applied, failure) : settleWell(applied, [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-stable' }]))
  await carryJobs()
}

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

test('a cluster that is removed asks about each that lives there: a record removes it, or it is left and written down', async () => {
  const operator = await world.person('operator')
  const [first, second] = clusters.map(({ runtimeId }) => runtimeId)
  const install = async (name: string, alsoIn: string[] = []) => {
    const place = { organization: world.slug, application: 'shop', packageVersionId: versionId, runtimeId: first ?? '', alsoIn, count: 1 }
    const { serviceId: id } = await createService(await world.person('developer'), { ...place, name })
    await carryJobs()
    await carryOut(0)
    if (alsoIn.length > 0) await carryOut(1)
    return id
  }
  await database.db.runtimeGrant.updateMany({ data: { units: null, cpuMillis: null } })
  const [both, lone, left] = [await install('both', [second ?? '']), await install('lone'), await install('left')]
  const { items } = await listResidents(operator, { name: 'c0' })
  expect(items.map((one) => [one.service, one.isOnlyHere, one.href, one.state])).toEqual([
    ['both', false, null, 'available'],
    ['left', true, null, 'available'],
    ['lone', true, null, 'available'],
  ])
  const asked = { clusterId: clusters[0]?.id ?? '', typedName: 'c0', namespaces: 'delete' as const }
  await expect(removeCluster(operator, asked)).rejects.toMatchObject({ details: { reason: 'cluster_inhabited', values: { count: 3 } } })
  await removeCluster(operator, { ...asked, services: { [items[1]?.placementId ?? '']: 'leave' }, others: 'remove' })
  const [line] = (await listLedger(operator, { kind: ['workload'] })).items
  expect(line).toMatchObject({ unitName: 'left-stable', clusterName: 'c0', said: { why: { code: 'because_let_go' } } })
  expect(line?.what).toContain('Deployment/web-stable')
  const removals = await database.db.deployRecord.findMany({ where: { kind: 'remove', requesterId: null }, orderBy: { number: 'asc' } })
  expect(removals.map((one) => [one.serviceName, one.cause])).toEqual(
    ['both', 'lone'].map((name) => [name, expect.objectContaining({ code: 'cluster_removed', values: { runtimes: 'c0' } })]),
  )
  expect((await listResidents(operator, { name: 'c0' })).items.map((one) => one.leaving?.record?.number)).toEqual(
    removals.map((one) => one.number),
  )
  // Nothing comes to it any more, and nobody asks twice.
  await expect(install('late')).rejects.toMatchObject({ details: { reason: 'runtime_leaving' } })
  expect(await partClusters()).toBe(0)
  await carryJobs()
  await carryOut(0)
  await carryOut(0)
  expect(await isInhabited({ runtimeId: first ?? '' })).toBe(false)
  const ended = async (id: string) => (await database.db.service.findUniqueOrThrow({ where: { id } })).removedAt !== null
  expect([await ended(both), await ended(lone), await ended(left)]).toEqual([false, true, false])
  const page = async (name: string) => getService(await world.person('viewer'), { organization: world.slug, application: 'shop', name })
  expect(await page('left')).toMatchObject({ health: 'none', left: [{ cluster: 'c0' }], release: { number: 1 } })
  expect(await database.db.clusterNamespace.findFirst({ where: { clusterId: clusters[0]?.id ?? '' } })).toMatchObject({ keepsWork: true })
  await expect(stayCluster(operator, { clusterId: clusters[0]?.id ?? '' })).rejects.toMatchObject({ code: 'conflict' })
  expect((await page('both')).placements.map((one) => [one.runtime.name, one.wanted]).sort()).toEqual([
    ['c0', 0],
    ['c1', 1],
  ])
})

test('a cluster that is away is not asked; forgotten, it leaves a line of each that lived there, and no place behind', async () => {
  const operator = await world.person('operator')
  const clusterId = clusters[1]?.id ?? ''
  await database.db.cluster.update({ where: { id: clusterId }, data: { heardAt: new Date(0), state: 'offline' } })
  const object = { organization: world.slug, application: 'shop', name: 'both', cluster: 'c1', object: 'Deployment/web-stable' }
  await expect(readObject(await world.person('developer'), object)).rejects.toMatchObject({ details: { reason: 'cluster_away' } })
  await forgetCluster(operator, { clusterId, typedName: 'c1' })
  const [line] = (await listLedger(operator, { kind: ['workload'], q: 'c1' })).items
  expect(line).toMatchObject({ unitName: 'both-stable', said: { why: { code: 'because_forgotten' } }, acts: [{ act: 'forget' }] })
  const view = await getService(await world.person('viewer'), { organization: world.slug, application: 'shop', name: 'both' })
  expect(view).toMatchObject({ left: [{ cluster: 'c1' }], health: 'none' })
  expect(view.placements.map((one) => one.runtime.name)).toEqual(['c0'])
})
