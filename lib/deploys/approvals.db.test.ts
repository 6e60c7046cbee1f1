import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { movePackageVersion } from '@/lib/catalog/move-package-version'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { tendMachine } from '@/lib/machines/tend-machine'
import { pace } from '@/lib/pace'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { approveDeploy } from './approve-deploy'
import { cancelDeploy } from './cancel-deploy'
import { requestAutomation } from './request-automation'
import { requestDeploy } from './request-deploy'
import { retryDeploy } from './retry-deploy'
import { rollBackDeploy } from './roll-back-deploy'

let database: TestDatabase
let small: SmallWorld
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
})

const stateOf = async (id: string) => (await db.deployRecord.findUniqueOrThrow({ where: { id } })).state

test('who asked may not approve, and a viewer’s hash must be the one that runs', async () => {
  const recordId = await small.requestInstall()
  const planHash = await small.hashOf(recordId)
  await expect(approveDeploy(await small.person('dev'), { recordId, planHash })).rejects.toMatchObject({ code: 'forbidden' })
  await expect(approveDeploy(await small.person('admin'), { recordId, planHash: 'f'.repeat(64) })).rejects.toMatchObject({
    code: 'plan_changed',
  })
  expect(await stateOf(recordId)).toBe('awaiting_approval')
})

test('an approval of a plan that changed meanwhile is refused and shows the difference', async () => {
  await small.install()
  const dev = await small.person('dev')
  const { recordId } = await requestDeploy(dev, { stageId: small.stageId, kind: 'configure', values: { message: 'one' } })
  const seen = await small.hashOf(recordId)
  // Somebody else's change of the same stage goes first; this plan is made anew from what it left.
  const other = await requestDeploy(dev, {
    stageId: small.stageId,
    kind: 'scale',
    counts: { [(await db.placement.findFirstOrThrow({ where: { stageId: small.stageId } })).id]: 4 },
  })
  await small.approve(other.recordId)
  await small.finish(other.recordId)
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  const error = await approveDeploy(await small.person('admin'), { recordId, planHash: seen }).catch((found: unknown) => found)
  expect(error).toMatchObject({ code: 'plan_changed' })
  const { change } = (error as { details: { change: { changes: { path: string }[] } } }).details
  expect(change.changes.map((one) => one.path)).toContainEqual(expect.stringMatching(/^(tasks|targets)\./))
})

test('a waiting plan is made anew when a machine of it takes no units any more, and fails when its version is suspended', async () => {
  const recordId = await small.requestInstall(1)
  const machineOf = async () => (await db.reservation.findFirstOrThrow({ where: { recordId } })).machineId
  const first = await machineOf()
  const operator = { ...(await small.person('admin')), isOperator: true }
  await tendMachine(operator, { machineId: first, care: 'drain' })
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  expect(await machineOf()).not.toBe(first)
  await small.carryAll()
  const { packageVersion } = await db.release.findFirstOrThrow({
    where: { stageId: small.stageId },
    include: { packageVersion: { include: { package: true } } },
  })
  const version = { name: packageVersion.package.name, version: packageVersion.version }
  const { slug: organization } = await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })
  await movePackageVersion(operator, { ...version, organization, act: 'suspend' })
  await small.carryAll()
  expect(await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })).toMatchObject({ state: 'failed', code: 'package_suspended' })
})

test('two approvals at once count once each', async () => {
  const { organizationId } = small.world
  await db.approvalPolicy.create({ data: { organizationId, environment: 'production', approvals: 2 } })
  const recordId = await small.requestInstall()
  const planHash = await small.hashOf(recordId)
  const people = [await small.person('admin'), await small.person('second')]
  await Promise.all(people.map((person) => approveDeploy(person, { recordId, planHash })))
  expect(await db.approval.count({ where: { recordId } })).toBe(2)
  expect(await stateOf(recordId)).toBe('queued')
})

test('the same person twice at once is one approval', async () => {
  await db.approvalPolicy.create({ data: { organizationId: small.world.organizationId, environment: 'production', approvals: 2 } })
  const recordId = await small.requestInstall()
  const planHash = await small.hashOf(recordId)
  const admin = await small.person('admin')
  await Promise.allSettled([approveDeploy(admin, { recordId, planHash }), approveDeploy(admin, { recordId, planHash })])
  expect(await db.approval.count({ where: { recordId } })).toBe(1)
  expect(await stateOf(recordId)).toBe('awaiting_approval')
})

test('an approval whose giver lost the role before the start does not count, and does not come back', async () => {
  const recordId = await small.requestInstall()
  await small.approve(recordId)
  const giver = { userId: small.world.people.admin, organizationId: small.world.organizationId }
  await db.member.updateMany({ where: giver, data: { role: 'developer' } })
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  await db.member.updateMany({ where: giver, data: { role: 'admin' } })
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  expect(await db.approval.findFirstOrThrow({ where: { recordId } })).toMatchObject({ lostReason: 'role' })
})

test('a retry keeps the approval while nothing else started, and not after a rollback', async () => {
  await small.install()
  const dev = await small.person('dev')
  const { recordId } = await requestDeploy(dev, { stageId: small.stageId, kind: 'configure', values: { message: 'two', workers: 3 } })
  await small.approve(recordId)
  await small.carryAll()
  await small.agentsWork(0)
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('failed')
  const again = await retryDeploy(dev, { recordId })
  expect(await stateOf(again.recordId)).toBe('queued')
  await small.carryAll()
  await small.agentsWork(0)
  await small.carryAll()
  const back = await rollBackDeploy(dev, { recordId: again.recordId, cancelFirst: false })
  await small.approve(back.recordId)
  await small.finish(back.recordId)
  expect(await stateOf(back.recordId)).toBe('succeeded')
  const late = await retryDeploy(dev, { recordId })
  expect(await stateOf(late.recordId)).toBe('awaiting_approval')
})

test('automation runs alone only as far as its standing policy reaches', async () => {
  await small.install()
  await db.standingPolicy.create({ data: { serviceId: small.world.serviceId, kinds: ['failover'], maxUnits: 1 } })
  const failOver = (...unitNames: string[]) =>
    requestAutomation({ stageId: small.stageId, kind: 'failover', unitNames, by: 'sweep:test', because: 'the machine is lost' })
  const large = (await failOver('web/0', 'web/1')) ?? ''
  expect(await stateOf(large)).toBe('awaiting_approval')
  await cancelDeploy(await small.person('admin'), { recordId: large })
  const { machineId } = await db.allocation.findFirstOrThrow({ where: { to: null, unit: { ordinal: 0 } } })
  await db.machine.update({ where: { id: machineId }, data: { state: 'error_detected' } })
  const one = (await failOver('web/0')) ?? ''
  expect(await stateOf(one)).toBe('queued')
  await small.finish(one)
  expect(await stateOf(one)).toBe('succeeded')
})

test('where nobody else may approve, the requester confirms a second time, and not before ten minutes have passed', async () => {
  const { organizationId, people } = small.world
  await db.member.updateMany({ where: { organizationId, userId: { not: people.admin } }, data: { role: 'developer' } })
  const admin = await small.person('admin')
  const placement = await db.placement.findFirstOrThrow({ where: { stageId: small.stageId } })
  const { recordId } = await requestDeploy(admin, {
    stageId: small.stageId,
    kind: 'install',
    packageVersionId: small.world.versions[0],
    values: { message: 'hello' },
    counts: { [placement.id]: 1 },
  })
  const confirm = async () => approveDeploy(admin, { recordId, planHash: await small.hashOf(recordId) })
  await expect(confirm()).rejects.toThrow('You may confirm it yourself from')
  clock.advance(pace('secondConfirmation') - 1_000)
  await expect(confirm()).rejects.toThrow('You may confirm it yourself from')
  clock.advance(1_000)
  await confirm()
  expect(await db.approval.findFirstOrThrow({ where: { recordId } })).toMatchObject({ decision: 'second_confirmation', userId: admin.id })
  expect(await stateOf(recordId)).toBe('queued')
})
