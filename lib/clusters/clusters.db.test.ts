import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { clock } from '@/lib/clock'
import { leaveLease, takeLease } from '@/lib/db/lease'
import { listOrganizations } from '@/lib/organizations/list-organizations'
import { setClusterPowers } from '@/lib/organizations/set-cluster-powers'
import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import { noLimits } from '@/lib/quotas/amount-views'
import { getRuntimes } from '@/lib/quotas/get-runtimes'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { type BuiltCluster, buildCluster } from '@/lib/testing/build-cluster'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { forgetCluster } from './forget-cluster'
import { getCluster } from './get-cluster'
import { listClusters } from './list-clusters'
import { operateCluster } from './operate-cluster'
import { recordProbe } from './record-probe'
import { removeCluster } from './remove-cluster'
import { ClusterListSchema, ClusterViewSchema } from './views'
import { openNamespaces, wantedNamespaces } from './wanted-namespaces'

let database: TestDatabase
let world: BuiltOrganization
let cluster: BuiltCluster

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 0 })
  cluster = await buildCluster(world)
  await set({ removingSince: null, removal: null, heardAt: clock.now() })
  await database.db.clusterNamespace.deleteMany()
})
afterEach(() => clock.reset())
afterAll(() => database.dispose())

const set = (data: object) => database.db.cluster.update({ where: { id: cluster.id }, data })
const seen = async () => ClusterViewSchema.parse(await getCluster(await world.person('operator'), { name: cluster.name }))
const silence = { code: 'cluster_no_answer', values: { detail: 'silence' } }

test('silence becomes a state after its patience, a refused credential at once, and maintenance hears neither', async () => {
  await recordProbe(cluster.id, null)
  await recordProbe(cluster.id, silence)
  expect(await seen()).toMatchObject({ state: 'ready', lastError: 'silence' })
  clock.advance(20_000)
  // Who has just begun to look has not heard its silence.
  await recordProbe(cluster.id, silence, clock.now())
  expect(await seen()).toMatchObject({ state: 'ready' })
  await recordProbe(cluster.id, silence)
  expect(await seen()).toMatchObject({
    state: 'offline',
    stateReason: silence,
    gates: { remove: { code: 'cluster_silent' }, forget: { allowed: true } },
  })
  const untrusted = { code: 'cluster_untrusted', values: { detail: 'it has ended' } }
  await recordProbe(cluster.id, untrusted)
  await recordProbe(cluster.id, { code: 'cluster_resting', values: {} })
  expect(await seen()).toMatchObject({ state: 'offline', stateReason: untrusted })
  await recordProbe(cluster.id, null)
  expect(await seen()).toMatchObject({ state: 'ready', stateReason: null, lastError: null, gates: { forget: { code: 'cluster_heard' } } })
  await operateCluster(await world.person('operator'), { clusterId: cluster.id, act: 'maintain' })
  await recordProbe(cluster.id, { code: 'cluster_credential_refused', values: {} })
  expect(await seen()).toMatchObject({ state: 'maintaining', gates: { maintain: { allowed: false }, endMaintenance: { allowed: true } } })
  await operateCluster(await world.person('operator'), { clusterId: cluster.id, act: 'end_maintenance' })
  await recordProbe(cluster.id, { code: 'cluster_credential_refused', values: {} })
  const view = await seen()
  expect(view.state).toBe('offline')
  expect(view.history.map((event) => event.name)).toEqual(
    ['lose', 'end_maintenance', 'maintain', 'find', 'lose'].map((event) => `cluster.${event}`),
  )
  await recordProbe(cluster.id, null)
})

test('each application has one namespace name for ever, and no two have the same', async () => {
  const operator = await world.person('operator')
  const amounts = { ...noLimits, memoryMib: 64 }
  await grantRuntime(operator, { runtimeId: cluster.runtimeId, organizationId: world.id, amounts })
  const [tag] = world.slug.split('-').slice(1)
  const twin = await database.db.organization.create({
    data: { slug: 'harbor', name: 'Twin', grants: { create: { runtimeId: cluster.runtimeId } } },
  })
  await database.db.application.create({ data: { organizationId: twin.id, slug: `${tag}-shop`, name: 'Shop' } })
  const row = { id: cluster.id, runtimeId: cluster.runtimeId }
  await Promise.all([openNamespaces(row), openNamespaces(row)])
  const names = (await wantedNamespaces(row)).map(({ row: one }) => one.name)
  expect(names).toHaveLength(3)
  expect(new Set(names).size).toBe(3)
  expect(names).toContain(`${world.slug}-edge`)
  const [first] = await wantedNamespaces(row)
  await grantRuntime(operator, { runtimeId: cluster.runtimeId, organizationId: world.id, amounts: { ...amounts, memoryMib: 128 } })
  expect((await wantedNamespaces(row))[0]?.madeOf).not.toBe(first?.madeOf)
  await expect(
    grantRuntime(await world.person('owner'), { runtimeId: cluster.runtimeId, organizationId: world.id, amounts }),
  ).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('an operator lets an organisation’s pods have more: its namespaces are made anew, and who saw something else changes nothing', async () => {
  const of = { id: cluster.id, runtimeId: cluster.runtimeId }
  const wish = async () => (await wantedNamespaces(of)).find(({ row }) => row.name === `${world.slug}-shop`)
  await openNamespaces(of)
  const before = await wish()
  const set = async (person: 'operator' | 'owner', powers: ClusterPower[], seen: ClusterPower[] = []) =>
    setClusterPowers(await world.person(person), { organization: world.slug, powers, seen })
  await set('operator', ['host_folders', 'node'])
  const after = await wish()
  expect([before?.wish.podSecurity, after?.wish.podSecurity]).toEqual(['baseline', 'privileged'])
  expect(after?.madeOf).not.toBe(before?.madeOf)
  await expect(set('operator', [])).rejects.toMatchObject({ code: 'stale' })
  await expect(set('owner', ['privileged'], ['host_folders', 'node'])).rejects.toMatchObject({ code: 'not_found' })
  const { items } = await listOrganizations(await world.person('operator'), { q: world.slug })
  expect(items[0]?.powers).toEqual(['host_folders', 'node'])
  await set('operator', [], ['host_folders', 'node'])
  expect((await wish())?.madeOf).toBe(before?.madeOf)
})

test('an organisation sees the cluster among its runtimes, an operator finds it in the list, others do not', async () => {
  const view = await getRuntimes(await world.person('viewer'), { organization: world.slug })
  expect(view.runtimes.find((one) => one.id === cluster.runtimeId)).toMatchObject({ kind: 'cluster', cluster: { state: 'ready' } })
  const find = async (ask: object) =>
    ClusterListSchema.parse(await listClusters(await world.person('operator'), ask)).items.map((one) => one.name)
  expect(await find({ q: 'cluster.invalid', state: ['ready'], environment: ['test'] })).toEqual([cluster.name])
  expect(await find({ environment: ['production'] })).toEqual([])
  await expect(listClusters(await world.person('owner'), {})).rejects.toMatchObject({ code: 'not_found' })
})

test('one that does not answer is forgotten by name, and its own name is free again', async () => {
  const operator = await world.person('operator')
  await expect(forgetCluster(operator, { clusterId: cluster.id, typedName: cluster.name })).rejects.toMatchObject({ code: 'conflict' })
  clock.advance(60_000)
  const removal = { clusterId: cluster.id, typedName: cluster.name, namespaces: 'delete' as const }
  await expect(removeCluster(operator, removal)).rejects.toMatchObject({ details: { reason: 'cluster_silent' } })
  await expect(forgetCluster(operator, { clusterId: cluster.id, typedName: 'another' })).rejects.toMatchObject({ code: 'invalid' })
  await forgetCluster(operator, { clusterId: cluster.id, typedName: cluster.name })
  await expect(seen()).rejects.toMatchObject({ code: 'not_found' })
  const row = await database.db.cluster.findUniqueOrThrow({ where: { id: cluster.id } })
  expect(row).toMatchObject({ credential: '', identity: null })
  expect((await buildCluster(world)).name).toBe(cluster.name)
})

test('one holder has a lease, until it leaves it or is over', async () => {
  expect(await takeLease('test', 'a', 60_000)).toBe(true)
  expect(await takeLease('test', 'b', 60_000)).toBe(false)
  expect(await takeLease('test', 'a', -1)).toBe(true)
  expect(await takeLease('test', 'b', 60_000)).toBe(true)
  await leaveLease('test', 'a')
  expect(await takeLease('test', 'a', 60_000)).toBe(false)
  await leaveLease('test', 'b')
  expect(await takeLease('test', 'a', 60_000)).toBe(true)
})
