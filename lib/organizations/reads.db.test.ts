import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { askForService, buildPackage, buildService } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { findAnything } from './find-anything'
import { getFrame } from './get-frame'
import { getOverview } from './get-overview'
import { FoundListSchema, FrameViewSchema, OverviewViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let waiting: number

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const pkg = await buildPackage(['1.0.0'], { name: 'webserver' })
  await buildService(world, pkg, { environment: 'test' })
  await buildService(world, pkg, { name: 'fails-install-x', environment: 'test', count: 1 })
  await buildService(world, pkg, { name: 'edge-web', application: 'edge', environment: 'test', by: 'edgeOnly' })
  waiting = (await askForService(world, pkg, { name: 'waiting' })).number
})
afterAll(() => database.dispose())

type Name = Parameters<BuiltOrganization['person']>[0]
const overview = async (by: Name, application?: string) =>
  OverviewViewSchema.parse(await getOverview(await world.person(by), { organization: world.slug, application }))
const frame = async (by: Name, organization: string | null = world.slug) =>
  FrameViewSchema.parse(await getFrame(await world.person(by), { organization }))
const find = async (by: Name, q: string) =>
  FoundListSchema.parse(await findAnything(await world.person(by), { organization: world.slug, q }))

test('the overview says what waits for the reader, what needs a look, and what runs where', async () => {
  const admins = await overview('admin')
  expect(admins.waitsForYou.map((row) => [row.number, row.effects?.create])).toEqual([[waiting, 2]])
  expect(admins.counts).toEqual({ applications: 2, services: 4, units: 5, machines: 6, clusters: 0 })
  expect(admins.look).toMatchObject([{ name: 'fails-install-x/0', code: 'unit_error' }])
  expect(admins.map.rows.map((row) => row.name)).toEqual(['edge-web', 'fails-install-x', 'waiting', 'web'])
  expect((await overview('developer')).waitsForYou).toEqual([])
  expect((await overview('viewer')).gates.createService).toMatchObject({ allowed: false })
})

test('one application’s overview, and that of somebody with a role in one alone, hold nothing of the others', async () => {
  expect((await overview('admin', 'edge')).map.rows.map((row) => row.name)).toEqual(['edge-web'])
  const alone = await overview('edgeOnly')
  expect([alone.map.rows.map((row) => row.name), alone.counts.services, alone.look]).toEqual([['edge-web'], 1, []])
  await expect(overview('edgeOnly', 'shop')).rejects.toMatchObject({ code: 'not_found' })
  await expect(overview('stranger')).rejects.toMatchObject({ code: 'not_found' })
  await expect(overview('operator')).rejects.toMatchObject({ code: 'not_found' })
})

test('the frame offers where one may go, and counts what waits', async () => {
  expect(await frame('admin')).toMatchObject({ role: 'admin', counts: { services: 4, approvals: 1 }, organization: { slug: world.slug } })
  expect(await frame('developer')).toMatchObject({ role: 'developer', counts: { approvals: 0 } })
  expect((await frame('edgeOnly')).organizations[0]?.applications.map((one) => one.slug)).toEqual(['edge'])
  expect((await frame('edgeOnly')).counts.services).toBe(1)
  expect(await frame('operator', null)).toMatchObject({ organization: null, organizations: [], user: { isOperator: true } })
  await expect(frame('stranger')).rejects.toMatchObject({ code: 'not_found' })
})

test('the palette finds what one may see by a few letters, and takes them literally', async () => {
  const kinds = (list: { kind: string; name: string }[]) => list.map((one) => `${one.kind} ${one.name}`)
  expect(kinds(await find('admin', 'web')).filter((one) => one.startsWith('service'))).toEqual(['service edge-web', 'service web'])
  expect(kinds(await find('admin', `#${waiting}`))).toEqual([expect.stringContaining(`deploy #${waiting}`)])
  expect(kinds(await find('edgeOnly', 'web')).filter((one) => one.startsWith('service'))).toEqual(['service edge-web'])
  expect(await find('admin', '%')).toEqual([])
  const actsOf = async (by: Name, q: string) => (await find(by, q))[0]?.acts.map((one) => [one.act, one.gate.allowed])
  expect(await actsOf('admin', String(waiting))).toEqual([['approve', true]])
  expect(await actsOf('developer', String(waiting))).toEqual([])
  expect(await actsOf('developer', 'edge-web')).toEqual([
    ['upgrade', false],
    ['configure', true],
    ['scale', true],
    ['resize', true],
    ['restart', true],
    ['start', false],
    ['stop', true],
    ['promote', true],
    ['rollback', false],
    ['log', true],
  ])
  const [seen] = await find('viewer', 'edge-web')
  expect(seen).toMatchObject({ state: 'healthy', environment: 'test' })
  expect(seen?.acts.find((one) => one.act === 'restart')).toMatchObject({
    href: expect.stringMatching(/\/services\/edge-web\?environment=test&act=restart$/),
    gate: { allowed: false, code: 'no_permission', whoMay: ['developer', 'admin', 'owner'] },
  })
  expect(await actsOf('developer', 'webserver')).toEqual([['new_service', true]])
  expect(await actsOf('viewer', 'webserver')).toEqual([['new_service', false]])
})
