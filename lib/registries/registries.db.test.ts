import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeBus } from '@/lib/bus/bus'
import { wantedNamespaces } from '@/lib/clusters/wanted-namespaces'
import { type BuiltCluster, buildCluster } from '@/lib/testing/build-cluster'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { listRegistries } from './list-registries'
import { openRegistry } from './registry-address'
import { removeRegistry } from './remove-registry'
import { setRegistry } from './set-registry'

let database: TestDatabase
let world: BuiltOrganization
let cluster: BuiltCluster

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization({ machinesInPool: 0 })
  cluster = await buildCluster(world)
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

const address = (server: string, environment: 'test' | 'production' = 'test') => ({
  organization: world.slug,
  application: 'shop',
  environment,
  server,
})
const list = async () => listRegistries(await world.person('viewer'), { organization: world.slug, application: 'shop' })
const wanted = async () => {
  const all = await wantedNamespaces({ id: cluster.id, runtimeId: cluster.runtimeId })
  return all.find(({ row }) => row.name === `${world.slug}-shop`)
}

test('a registry is set and set again; its namespaces are to be made anew, and its password is in no answer', async () => {
  const admin = await world.person('admin')
  const before = await wanted()
  await setRegistry(admin, { ...address('GHCR.io'), username: 'robot', password: 'pass-of-robot' })
  const first = await wanted()
  expect(first?.registries.map(openRegistry)).toEqual([{ server: 'ghcr.io', username: 'robot', password: 'pass-of-robot' }])
  expect(await setRegistry(admin, { ...address('ghcr.io'), username: 'robot', password: 'pass-of-robot' })).toEqual({ revision: 2 })
  const second = await wanted()
  expect(new Set([before, first, second].map((one) => one?.madeOf)).size).toBe(3)
  // The cluster is one of test.
  await setRegistry(admin, { ...address('ghcr.io', 'production'), username: 'other', password: 'x' })
  expect((await wanted())?.registries).toHaveLength(1)
  const view = await list()
  expect(view.items).toMatchObject([{ username: 'robot', revision: 2 }, { username: 'other' }])
  expect(JSON.stringify([view, await database.db.imageRegistry.findMany(), first?.wish])).not.toContain('pass-of-robot')

  await removeRegistry(admin, address('ghcr.io'))
  expect((await wanted())?.madeOf).toBe(before?.madeOf)
  await expect(removeRegistry(admin, address('ghcr.io'))).rejects.toMatchObject({ code: 'not_found' })
})

test('who may not set secrets of production sets no registry of it, and others know of none', async () => {
  const set = { ...address('docker.io', 'production'), username: 'u', password: 'p' }
  await expect(setRegistry(await world.person('developer'), set)).rejects.toMatchObject({ code: 'forbidden' })
  await setRegistry(await world.person('developer'), { ...set, environment: 'test' })
  await expect(setRegistry(await world.person('viewer'), { ...set, environment: 'test' })).rejects.toMatchObject({ code: 'forbidden' })
  expect((await list()).gates).toMatchObject({ test: { allowed: false }, production: { allowed: false } })
  for (const server of ['https://ghcr.io', 'ghcr.io/x', '-x', 'a b', ''])
    await expect(setRegistry(await world.person('admin'), { ...set, server })).rejects.toThrow()
})
