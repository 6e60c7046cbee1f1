import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import {
  approve,
  askForService,
  type BuiltPackage,
  type BuiltService,
  buildPackage,
  buildService,
  change,
  settle,
} from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { cancelDeploy } from './cancel-deploy'
import { getDeploy } from './get-deploy'
import { getDeployDetail } from './get-deploy-detail'
import { listApprovals } from './list-approvals'
import { listDeploys } from './list-deploys'
import { rejectDeploy } from './reject-deploy'
import { ApprovalsViewSchema, DeployDetailSchema, DeployListSchema, DeployViewSchema } from './views'

let database: TestDatabase
let world: BuiltOrganization
let pkg: BuiltPackage
let web: BuiltService
/** State → number of a record that came there by the use cases. */
const numbers: Record<string, number> = {}

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  pkg = await buildPackage(['1.0.0', '1.1.0'])
  web = await buildService(world, pkg)
  numbers.succeeded = web.number
  const failing = await buildService(world, pkg, { name: 'fails-install-web', environment: 'test' })
  numbers.failed = failing.number
  const rejected = await change(world, web, { kind: 'configure', values: { message: 'no' } })
  await rejectDeploy(await world.person('admin'), { recordId: rejected.recordId, reason: 'not today' })
  numbers.rejected = rejected.number
  const cancelled = await change(world, web, { kind: 'configure', values: { message: 'off' } })
  await cancelDeploy(await world.person('developer'), { recordId: cancelled.recordId })
  numbers.cancelled = cancelled.number
  const running = await askForService(world, pkg, { name: 'never-answers', environment: 'production', count: 1 })
  await settle(world, running.recordId)
  numbers.running = running.number
  numbers.superseded = (await change(world, web, { kind: 'configure', values: { message: 'one' } })).number
  const newer = await change(world, web, { kind: 'configure', values: { message: 'two' } })
  await approve(world, newer.recordId)
  numbers.queued = newer.number
  numbers.awaiting_approval = (await askForService(world, pkg, { name: 'later' })).number
})
afterAll(() => database.dispose())

const view = async (number: number, by: Parameters<BuiltOrganization['person']>[0] = 'developer') =>
  DeployViewSchema.parse(await getDeploy(await world.person(by), { organization: world.slug, number }))

test('every state reads as its view says', async () => {
  for (const [state, number] of Object.entries(numbers)) {
    const deploy = await view(number)
    expect(deploy.state).toBe(state)
    DeployDetailSchema.parse(await getDeployDetail(await world.person('viewer'), { organization: world.slug, number }))
  }
})

test('a succeeded install shows its board, its units and who approved', async () => {
  const deploy = await view(numbers.succeeded as number)
  expect(deploy.title).toMatchObject({ kind: 'install', serviceName: 'web', toCount: 2, to: { number: 1, version: '1.0.0' } })
  expect(deploy.board.rows.map((row) => row.unitName)).toEqual([null, 'web/0', 'web/1'])
  expect(deploy.tasks).toEqual({ done: 6, total: 6 })
  expect(deploy.now.map((unit) => [unit.name, unit.state])).toEqual([
    ['web/0', 'running'],
    ['web/1', 'running'],
  ])
  expect(deploy.decisions).toMatchObject([{ person: { name: 'admin' }, decision: 'approve', standing: 'counts' }])
  expect(deploy.gates.roll_back.allowed).toBe(true)
  expect(deploy.gates.approve).toMatchObject({ allowed: false, code: 'no_permission', whoMay: ['admin', 'owner', 'second'] })
  expect(deploy.log.lines).toBeGreaterThan(0)
})

test('a failed one names the task, the held units and what may be done', async () => {
  const deploy = await view(numbers.failed as number, 'admin')
  expect(deploy.board.tasks.some((task) => task.state === 'failed' && task.code === 'hook_failed')).toBe(true)
  expect(deploy.now.some((unit) => unit.held)).toBe(true)
  expect([deploy.gates.retry.allowed, deploy.gates.accept.allowed, deploy.gates.cancel.allowed]).toEqual([true, true, false])
})

test('gates are the reader’s own: who asked waits for somebody else', async () => {
  const own = await view(numbers.awaiting_approval as number)
  expect(own.approvalRule).toMatchObject({ given: 0, needed: 1, none: false })
  expect(own.youMayApprove).toBe(false)
  const admins = await view(numbers.awaiting_approval as number, 'admin')
  expect([admins.youMayApprove, admins.gates.approve.allowed]).toEqual([true, true])
  expect(admins.approvalRule.mayApprove[0]?.name).toBe('admin')
})

test('a superseded record names its successor, and that one what it replaced', async () => {
  const before = await view(numbers.superseded as number)
  expect(before.related.supersededBy?.number).toBe(numbers.queued)
  const after = await view(numbers.queued as number)
  expect(after.related.replaces.map((one) => one.number)).toEqual([numbers.superseded])
  expect(after.related.lastGood?.number).toBe(numbers.succeeded)
})

test('the list shows open ones first, pages both ways, filters and finds', async () => {
  const developer = await world.person('developer')
  const list = async (ask: object) => DeployListSchema.parse(await listDeploys(developer, { organization: world.slug, ...ask }))
  const all = await list({})
  const open = all.items.map((row) => row.endedAt === null)
  expect(open).toEqual([...open].sort((a, b) => Number(b) - Number(a)))
  expect(all.open).toBe(3)
  const numbersOf = (page: { items: { number: number }[] }) => page.items.map((row) => row.number)
  const first = await list({ limit: 3 })
  const second = await list({ limit: 3, after: first.next })
  expect([...numbersOf(first), ...numbersOf(second)]).toEqual(numbersOf(all).slice(0, 6))
  expect(numbersOf(await list({ limit: 3, before: second.previous }))).toEqual(numbersOf(first))
  expect(numbersOf(await list({ view: 'failed' }))).toEqual([numbers.failed])
  expect(numbersOf(await list({ q: 'LATER' }))).toEqual([numbers.awaiting_approval])
  expect(numbersOf(await list({ q: '%' }))).toEqual([])
  const hash = (await view(numbers.queued as number)).planHash as string
  expect(numbersOf(await list({ q: hash.slice(0, 10) }))).toEqual([numbers.queued])
  expect(numbersOf(await list({ kind: ['install'], environment: ['test'] }))).toEqual([numbers.failed])
  expect(numbersOf(await list({ q: 'developer', view: 'failed' }))).toEqual([numbers.failed])
  await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' })
})

test('approvals are split by whose they are, and what was decided is kept', async () => {
  const of = async (name: 'developer' | 'admin', tab: 'mine' | 'others' | 'decided') =>
    ApprovalsViewSchema.parse(await listApprovals(await world.person(name), { organization: world.slug, tab }))
  expect((await of('admin', 'mine')).cards.map((card) => card.number)).toEqual([numbers.awaiting_approval])
  expect((await of('developer', 'mine')).cards).toEqual([])
  expect((await of('developer', 'others')).counts).toEqual({ mine: 0, others: 1, reviews: 0 })
  const decided = (await of('admin', 'decided')).decided
  expect(decided?.items.map((item) => item.approval.decision)).toEqual(['approve', 'approve', 'reject', 'approve'])
})

test('an approved plan that is made anew shows what changed and whose approval is void', async () => {
  const service = await buildService(world, pkg, { name: 'replanned' })
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const first = await change(world, service, { kind: 'configure', values: { message: 'new' }, notBefore: tomorrow })
  await approve(world, first.recordId)
  const other = await change(world, service, { kind: 'scale', counts: { [service.placementId]: 3 } })
  await settle(world, other.recordId)
  const deploy = await view(first.number)
  expect([deploy.state, deploy.decisions[0]?.standing]).toEqual(['awaiting_approval', 'void'])
  expect(deploy.planChange?.changes.length).toBeGreaterThan(0)
  const cards = (await listApprovals(await world.person('admin'), { organization: world.slug })).cards
  expect(cards.find((card) => card.number === first.number)).toMatchObject({
    voided: [{ standing: 'void' }],
    planChange: { toHash: deploy.planHash },
  })
})

test('what waits is read page by page, and each card is on one of them', async () => {
  const admin = await world.person('admin')
  const all = await listApprovals(admin, { organization: world.slug })
  expect(all.cards.length).toBeGreaterThan(1)
  expect([all.counts.mine, all.next, all.previous]).toEqual([all.cards.length, null, null])
  const numbers: number[] = []
  let after: string | undefined
  do {
    const { cards, next } = await listApprovals(admin, { organization: world.slug, limit: 1, ...(after ? { after } : {}) })
    numbers.push(...cards.map((card) => card.number))
    after = next ?? undefined
  } while (after)
  expect(numbers).toEqual(all.cards.map((card) => card.number))
})

test('other people’s records are not there', async () => {
  const address = { organization: world.slug, number: numbers.succeeded as number }
  for (const name of ['stranger', 'operator', 'reviewer', 'edgeOnly'] as const) {
    await expect(getDeploy(await world.person(name), address)).rejects.toMatchObject({ code: 'not_found' })
  }
  await expect(listDeploys(await world.person('stranger'), { organization: world.slug })).rejects.toMatchObject({ code: 'not_found' })
  expect((await listDeploys(await world.person('edgeOnly'), { organization: world.slug })).items).toEqual([])
})
