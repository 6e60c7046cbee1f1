import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { hashToken } from '@/lib/ids'
import { type BuiltOrganization, buildMachine, buildOrganization } from '@/lib/testing/build-organization'
import { type BuiltPackage, buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getPackage } from './get-package'
import { listPackages } from './list-packages'
import { movePackageVersion } from './move-package-version'
import { streamPackage } from './stream-package'
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
  expect([all.runtimes, (await list({ runtime: ['helm'] })).items]).toEqual([['machine'], []])
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

test('an agent downloads what its machine was told of, and nothing else of the catalogue', async () => {
  const machineId = await buildMachine(world.runtimes.test, 'downloads')
  await db.machine.update({ where: { id: machineId }, data: { ticketHash: hashToken('ticket') } })
  const digestOf = async (version: string) =>
    (await db.packageVersion.findUniqueOrThrow({ where: { id: own.versions[version] as string } })).digest
  const [fetched, run, inited] = await Promise.all(['1.2.0', '1.9.0', '1.10.0'].map(digestOf))
  const answers = () =>
    Promise.all(
      [fetched, run, inited].map((digest) =>
        streamPackage('ticket', digest as string).then(
          ({ sizeBytes }) => sizeBytes,
          (error) => error.code,
        ),
      ),
    )
  expect(await answers()).toEqual(['not_found', 'not_found', 'not_found'])
  const cause = { causeRecordId: 'r', causeTaskId: 't', causeAttempt: 1, revision: 1 }
  await db.desiredPackage.create({ data: { machineId, digest: fetched as string, sizeBytes: 100, ...cause } })
  const stage = await db.stage.findFirstOrThrow({ where: { service: { name: 'web' } } })
  const release = { stageId: stage.id, number: 99, packageVersionId: own.versions['1.9.0'] as string, values: {} }
  const { id: releaseId } = await db.release.create({ data: release })
  await db.desiredUnit.create({
    data: { machineId, unitId: 'u', unitName: 'web-9', generation: 1, wanted: 'running', releaseId, revision: 1 },
  })
  expect(await answers()).toEqual([100, 100, 'not_found'])
  await db.initResult.create({ data: { machineId, policyId: 'p', order: 0, check: { kind: 'package', digest: inited as string } } })
  expect(await answers()).toEqual([100, 100, 100])
  await expect(streamPackage('another', fetched as string)).rejects.toMatchObject({ code: 'sign_in' })
})
