import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { pace } from '@/lib/pace'
import { type BuiltOrganization, buildOrganization, heardAheadMs, heardForTests } from '@/lib/testing/build-organization'
import {
  askForService,
  type BuiltPackage,
  type BuiltService,
  buildPackage,
  buildService,
  change,
  settle,
} from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getNewService } from './get-new-service'
import { getService } from './get-service'
import { listServices } from './list-services'
import { NewServiceViewSchema } from './new-service-views'
import { ServiceListSchema, ServiceViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
let web: BuiltService

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0', '1.1.0', '1.10.0'])
  web = await buildService(world, pkg, { secrets: { password: 'geheim' }, values: { message: 'hi' }, environment: 'test' })
  await buildService(world, pkg, { name: 'fails-install-api', environment: 'test' })
  const never = await askForService(world, pkg, { name: 'never-answers', count: 1 })
  await settle(world, never.recordId)
  await askForService(world, pkg, { name: 'waits' })
  const stopped = await buildService(world, pkg, { name: 'stopped', environment: 'test' })
  await settle(world, (await change(world, stopped, { kind: 'stop' })).recordId)
  await buildService(world, pkg, { name: 'web', application: 'edge', environment: 'test', by: 'edgeOnly' })
})
afterAll(() => database.dispose())

const list = async (ask: object = {}, by: Parameters<BuiltOrganization['person']>[0] = 'developer') =>
  ServiceListSchema.parse(await listServices(await world.person(by), { organization: world.slug, application: 'shop', ...ask }))
const names = (page: { items: { name: string }[] }) => page.items.map((row) => row.name)

test('each stage is a row that says how it does', async () => {
  const page = await list()
  expect(page.items.map((row) => [row.name, row.health, row.running, row.wanted])).toEqual([
    ['fails-install-api', 'degraded', 0, 1],
    ['never-answers', 'progressing', 0, 1],
    ['stopped', 'stopped', 0, 2],
    ['waits', 'none', 0, 0],
    ['web', 'healthy', 2, 2],
  ])
  const row = page.items.at(-1)
  expect(row).toMatchObject({
    version: '1.0.0',
    releases: [1],
    environment: 'test',
    lastDeploy: { number: web.number, state: 'succeeded' },
  })
  expect(row?.points.map((point) => [point.name, point.state])).toEqual([
    ['web/0', 'running'],
    ['web/1', 'running'],
  ])
  const waits = page.items.find((one) => one.name === 'waits')
  expect([waits?.installed, waits?.version, waits?.releases, row?.installed]).toEqual([false, null, [], true])
  expect(row?.placements).toEqual([{ id: web.placementId, wanted: 2 }])
  expect(page.choices.packages).toEqual([pkg.name])
  expect([page.total, page.gates.create.allowed]).toEqual([5, true])
  expect((await list({}, 'viewer')).gates.create).toMatchObject({
    allowed: false,
    code: 'no_permission',
    whoMay: ['developer', 'admin', 'owner'],
  })
})

test('pages go both ways in every order, and filters are the server’s', async () => {
  for (const sort of ['name', '-name', 'changed', '-changed']) {
    const all = names(await list({ sort }))
    const first = await list({ sort, limit: 2 })
    const second = await list({ sort, limit: 2, after: first.next })
    expect([...names(first), ...names(second)]).toEqual(all.slice(0, 4))
    expect(names(await list({ sort, limit: 2, before: second.previous }))).toEqual(names(first))
  }
  expect(names(await list({ sort: '-changed' }))[0]).toBe('stopped')
  expect(names(await list({ health: ['stopped', 'none'] }))).toEqual(['stopped', 'waits'])
  expect(names(await list({ health: ['healthy'], sort: '-changed', limit: 1 }))).toEqual(['web'])
  expect(names(await list({ environment: ['production'] }))).toEqual(['never-answers', 'waits'])
  expect(names(await list({ q: 'W_B' }))).toEqual([])
  expect(names(await list({ q: 'WEB' }))).toEqual(['web'])
  expect(names(await list({ package: ['nothing'] }))).toEqual([])
  expect(names(await list({ application: undefined, q: 'web' }))).toEqual(['web', 'web'])
  await expect(list({ sort: 'evil' })).rejects.toMatchObject({ code: 'invalid' })
})

test('whoever has a role in one application sees that one alone', async () => {
  expect(names(await list({ application: undefined }, 'edgeOnly'))).toEqual(['web'])
  await expect(list({}, 'edgeOnly')).rejects.toMatchObject({ code: 'not_found' })
  for (const name of ['stranger', 'operator'] as const) await expect(list({}, name)).rejects.toMatchObject({ code: 'not_found' })
})

test('units of a machine that is not heard are unknown, and never good', async () => {
  clock.advance(heardAheadMs + pace('unknownAfter') + 60_000)
  try {
    const row = (await list({ q: 'web' })).items[0]
    expect([row?.health, row?.unknownUnits]).toEqual(['unknown', 2])
    expect(names(await list({ health: ['healthy'] }))).toEqual([])
    await db.machine.updateMany({ data: { heardAt: clock.now() } })
    expect((await list({ q: 'web' })).items[0]?.health).toBe('healthy')
  } finally {
    clock.reset()
    await db.machine.updateMany({ data: { heardAt: heardForTests() } })
  }
})

test('a row says what may be done to its service exactly as the service’s own page does', async () => {
  for (const by of ['developer', 'admin', 'viewer'] as const) {
    for (const row of (await list({}, by)).items) {
      const { gates } = await page(row.name, by, { environment: row.environment })
      expect([row.name, row.gates]).toEqual([row.name, gates])
    }
  }
  const rows = new Map((await list()).items.map((row) => [row.name, row.gates]))
  expect([rows.get('web')?.restart.allowed, rows.get('waits')?.restart.code, rows.get('waits')?.scale.code]).toEqual([
    true,
    'no_units',
    'never_installed',
  ])
  expect((await list({}, 'viewer')).items[0]?.gates.restart).toMatchObject({
    code: 'no_permission',
    whoMay: ['developer', 'admin', 'owner'],
  })
})

test('a list asks the database as often for many rows as for few', async () => {
  const actor = await world.person('developer')
  const ask = { organization: world.slug, application: 'shop' }
  const asked = async (limit: number) => {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    await listServices(actor, { ...ask, limit })
    const count = query.mock.calls.length
    query.mockRestore()
    return count
  }
  await asked(5)
  const few = await asked(2)
  expect(few).toBeGreaterThan(5)
  expect(await asked(5)).toBe(few)
})

const page = async (name: string, by: Parameters<BuiltOrganization['person']>[0] = 'developer', ask: object = {}) =>
  ServiceViewSchema.parse(await getService(await world.person(by), { organization: world.slug, application: 'shop', name, ...ask }))

test('a service page shows units, releases, configuration without secrets, and what may be done', async () => {
  const service = await page('web')
  expect([service.health, service.running, service.wanted, service.environment]).toEqual(['healthy', 2, 2, 'test'])
  expect(service.versions.map((one) => one.version)).toEqual(['1.10.0', '1.1.0', '1.0.0'])
  expect(service.placements[0]?.units[0]).toMatchObject({
    name: 'web/0',
    endpoint: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    held: false,
  })
  expect(service.configuration?.values).toEqual({ message: 'hi', workers: 1, password: { $secret: 'set', version: 1 } })
  expect(JSON.stringify(service)).not.toContain('geheim')
  expect(service.releases).toMatchObject([{ number: 1, current: true, rollBack: { allowed: false, code: 'current_release' } }])
  expect(service.data).toHaveLength(2)
  const codes = Object.fromEntries(Object.entries(service.gates).map(([act, gate]) => [act, gate.code ?? 'yes']))
  expect(codes).toEqual({
    upgrade: 'yes',
    command: 'no_permission',
    configure: 'yes',
    promote: 'yes',
    add_stage: 'yes',
    clone: 'yes',
    scale: 'yes',
    resize: 'yes',
    restart: 'yes',
    start: 'not_stopped',
    stop: 'yes',
    rollback: 'no_release_before',
    accept: 'no_permission',
    migrate: 'yes',
    remove: 'yes',
  })
  expect((await page('web')).revision).toBe(service.revision)
  expect(service.approval).toMatchObject({ none: true, needed: 0 })
})

test('a failed service names its held unit, its record and that an admin may accept it', async () => {
  const service = await page('fails-install-api', 'admin')
  expect(service.placements[0]?.units[0]).toMatchObject({
    state: 'error',
    held: true,
    code: 'hook_failed',
    heldBy: { number: expect.any(Number) },
  })
  expect([service.health, service.release, service.gates.accept.allowed, service.gates.upgrade.code]).toEqual([
    'degraded',
    null,
    true,
    'never_installed',
  ])
  expect((await page('never-answers', 'admin')).live).toMatchObject({ state: 'running' })
  expect((await page('waits')).approval.mayApprove.map((person) => person.name)).toEqual(['admin', 'owner', 'second'])
})

test('the wizard gets the newest version, room in each runtime, and names that are taken', async () => {
  const ask = { organization: world.slug, application: 'shop', package: pkg.name }
  const view = NewServiceViewSchema.parse(await getNewService(await world.person('developer'), ask))
  expect([view.package.version, view.runtimes.length, view.takenNames]).toEqual([
    '1.10.0',
    2,
    ['fails-install-api', 'never-answers', 'stopped', 'waits', 'web'],
  ])
  expect(view.runtimes[0]).toMatchObject({ machines: 3, readyMachines: 3, largestFreeMemoryMib: expect.any(Number) })
  expect([view.gates.test.allowed, view.gates.production.allowed]).toEqual([true, true])
  expect((await getNewService(await world.person('viewer'), ask)).gates.test.code).toBe('no_permission')
  await expect(getNewService(await world.person('developer'), { ...ask, version: '9.9.9' })).rejects.toMatchObject({ code: 'not_found' })
})

test('a service page is not there for those who have no role in it', async () => {
  for (const name of ['stranger', 'operator', 'reviewer', 'edgeOnly'] as const)
    await expect(page('web', name)).rejects.toMatchObject({ code: 'not_found' })
  await expect(page('nothing')).rejects.toMatchObject({ code: 'not_found' })
  await expect(page('web', 'developer', { environment: 'production' })).rejects.toMatchObject({ code: 'not_found' })
})
