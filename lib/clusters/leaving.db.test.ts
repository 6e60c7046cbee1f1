import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { createService } from '@/lib/deploys/create-service'
import { listLedger } from '@/lib/ledger/list-ledger'
import { getService } from '@/lib/services/get-service'
import type { BuiltOrganization } from '@/lib/testing/build-organization'
import { carryJobs } from '@/lib/testing/carry-jobs'
import { type OrderedClusters, orderedClusters } from '@/lib/testing/ordered-clusters'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { forgetCluster } from './forget-cluster'
import { listResidents } from './list-residents'
import { partClusters } from './part-cluster'
import { isInhabited } from './placed-in'
import { readObject } from './read-object'
import { removeCluster } from './remove-cluster'
import { stayCluster } from './stay-cluster'

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
