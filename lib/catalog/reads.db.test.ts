import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltPackage, buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getPackage } from './get-package'
import { listPackages } from './list-packages'
import { movePackageVersion } from './move-package-version'
import { PackageListSchema, PackageViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let own: BuiltPackage
let shipped: BuiltPackage

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  shipped = await buildPackage(['1.0.0'], { name: 'shipped' })
  own = await buildPackage(['1.2.0', '1.10.0', '1.9.0'], { name: 'own', organizationId: world.id })
  const other = await db.organization.findUniqueOrThrow({ where: { slug: world.otherSlug } })
  await buildPackage(['1.0.0'], { name: 'theirs', organizationId: other.id })
  await buildService(world, own, { environment: 'test', version: '1.2.0', count: 1 })
})
afterAll(() => database.dispose())

const list = async (ask: object = {}, by: 'developer' | 'viewer' = 'developer') =>
  PackageListSchema.parse(await listPackages(await world.person(by), { organization: world.slug, ...ask }))
const page = async (ask: object = {}) =>
  PackageViewSchema.parse(await getPackage(await world.person('viewer'), { organization: world.slug, name: 'own', ...ask }))
const move = async (by: Parameters<BuiltOrganization['person']>[0], act: 'suspend' | 'resume' | 'delete', version: string, name = 'own') =>
  movePackageVersion(await world.person(by), { organization: world.slug, name, version, act })

test('the catalogue has what is shipped and one’s own, never what belongs to others', async () => {
  const all = await list()
  expect(all.items.map((row) => [row.name, row.newest, row.publisher, row.usedBy, row.use.allowed])).toEqual([
    ['own', '1.10.0', 'Harbor', 1, true],
    ['shipped', '1.0.0', null, 0, true],
  ])
  expect((await list({ limit: 1, after: (await list({ limit: 1 })).next })).items.map((row) => row.name)).toEqual(['shipped'])
  expect((await list({ runtime: ['helm'] })).items).toEqual([])
  expect((await list({ q: 'SHIP' })).items.map((row) => row.name)).toEqual(['shipped'])
  expect((await list({}, 'viewer')).gates.publish).toMatchObject({
    allowed: false,
    code: 'no_permission',
    whoMay: ['developer', 'admin', 'owner'],
  })
  await expect(getPackage(await world.person('viewer'), { organization: world.slug, name: 'theirs' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('a package page describes the version asked for, and who uses it', async () => {
  const view = await page()
  expect([view.shown?.version, view.versions.map((one) => one.version)]).toEqual(['1.10.0', ['1.10.0', '1.9.0', '1.2.0']])
  expect(view.shown?.components[0]).toMatchObject({ name: 'main', cpuMillis: 100, ports: [{ name: 'http', default: 8080 }] })
  expect(view.services).toMatchObject([{ name: 'web', version: '1.2.0' }])
  expect((await page({ version: '1.9.0' })).shown?.version).toBe('1.9.0')
  await expect(page({ version: '7.0.0' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a version is suspended and used again by admins; what a living service needs is not deleted', async () => {
  await expect(move('developer', 'suspend', '1.10.0')).rejects.toMatchObject({ code: 'forbidden' })
  await expect(move('stranger', 'suspend', '1.10.0')).rejects.toMatchObject({ code: 'not_found' })
  await expect(move('reviewer', 'suspend', '1.10.0')).rejects.toMatchObject({ code: 'not_found' })
  await move('admin', 'suspend', '1.10.0')
  expect((await list()).items[0]?.newest).toBe('1.9.0')
  await move('admin', 'resume', '1.10.0')
  await move('admin', 'suspend', '1.2.0')
  await expect(move('admin', 'delete', '1.2.0')).rejects.toMatchObject({ code: 'conflict', details: { reason: 'in_use' } })
  await move('admin', 'suspend', '1.9.0')
  await move('admin', 'delete', '1.9.0')
  await expect(move('admin', 'suspend', '1.9.0')).rejects.toMatchObject({ code: 'conflict' })
})

test('shipped versions are the platform’s: a reviewer may suspend them, an admin of an organisation may not', async () => {
  await expect(move('admin', 'suspend', '1.0.0', 'shipped')).rejects.toMatchObject({ code: 'forbidden' })
  await move('reviewer', 'suspend', '1.0.0', 'shipped')
  expect((await list({ q: shipped.name })).items[0]).toMatchObject({
    state: 'suspended',
    use: { allowed: false, code: 'no_active_version' },
  })
})
