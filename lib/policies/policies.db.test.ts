import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listAudit } from '@/lib/audit/list-audit'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { approveDeploy } from '@/lib/deploys/approve-deploy'
import { commentDeploy } from '@/lib/deploys/comment-deploy'
import { endOverdue } from '@/lib/deploys/end-overdue'
import { getDeploy } from '@/lib/deploys/get-deploy'
import { listApprovals } from '@/lib/deploys/list-approvals'
import { overrideApproval } from '@/lib/deploys/override-approval'
import { requestAutomation } from '@/lib/deploys/request-automation'
import { reviewOverride } from '@/lib/deploys/review-override'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { pace } from '@/lib/pace'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getPolicies } from './list-policies'
import { loadRules } from './load-rules'
import { previewPolicy } from './preview-policy'
import { floorRules, type PolicyRules } from './schema'
import { setPolicy } from './set-policy'
import { setStanding } from './set-standing'

let database: TestDatabase
let small: SmallWorld
let organization: string
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
  organization = (await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })).slug
})

const { version: _version, ...floor } = floorRules('production')
const rulesWith = (change: Partial<PolicyRules>): PolicyRules => ({ ...floor, ...change })
const stateOf = async (id: string) => (await db.deployRecord.findUniqueOrThrow({ where: { id } })).state
const recordOf = (id: string) => db.deployRecord.findUniqueOrThrow({ where: { id } })

async function set(change: Partial<PolicyRules>, who: 'admin' | 'second' = 'admin') {
  const { environments } = await getPolicies(await small.person(who), { organization })
  const version = environments.find((one) => one.environment === 'production')?.version ?? 0
  const answer = await setPolicy(await small.person(who), { organization, environment: 'production', rules: rulesWith(change), version })
  await small.carryAll()
  return answer
}

/** From now on for so many hours. */
const freeze = (hours: number) => ({
  from: new Date(clock.nowMs() - 60_000).toISOString(),
  to: new Date(clock.nowMs() + hours * 3_600_000).toISOString(),
  reason: 'year end',
})

const makeOwner = (name: 'admin' | 'second') =>
  db.member.updateMany({ where: { userId: small.world.people[name] }, data: { role: 'owner' } })

test('a policy is set by those who manage, after a fresh sign-in, not below the floor and not for more people than there are', async () => {
  const admin = await small.person('admin')
  const ask = { organization, environment: 'production' as const, rules: rulesWith({ approvals: 2 }), version: 0 }
  await expect(setPolicy(await small.person('dev'), ask)).rejects.toMatchObject({ code: 'forbidden' })
  const { session: _session, ...stale } = admin
  await expect(setPolicy(stale, ask)).rejects.toMatchObject({ code: 'fresh_sign_in' })
  await expect(setPolicy(admin, { ...ask, rules: rulesWith({ approvals: 0 }) })).rejects.toMatchObject({
    details: { reason: 'below_floor' },
  })
  await expect(setPolicy(admin, { ...ask, rules: rulesWith({ approvals: 3 }) })).rejects.toMatchObject({
    details: { reason: 'too_few_people' },
  })
  expect(await setPolicy(admin, { ...ask, note: 'two pairs of eyes' })).toEqual({ version: 1 })
  await expect(setPolicy(admin, { ...ask, rules: rulesWith({ approvals: 1 }) })).rejects.toMatchObject({ code: 'stale' })
  expect(await setPolicy(admin, { ...ask, version: 1 })).toEqual({ version: 1 })
  // Nor by a row that says less.
  await db.approvalPolicy.updateMany({ data: { approvals: 0 } })
  expect((await loadRules(db, { organizationId: small.world.organizationId, environment: 'production' })).approvals).toBe(1)
  const view = await getPolicies(await small.person('dev'), { organization })
  expect(view.gate.allowed).toBe(false)
  expect(view.history).toMatchObject([{ version: 1, environment: 'production', rules: { approvals: 2 }, note: 'two pairs of eyes' }])
  const { items } = await listAudit(admin, { organization })
  expect(items.find((entry) => entry.name === 'policy.changed')?.data).toMatchObject({ before: { approvals: 1 }, after: { approvals: 2 } })
})

test('a policy that asks for more sends what is queued back to people, and one that asks for less lets it go', async () => {
  const recordId = await small.requestInstall()
  await set({ freezes: [freeze(1)] })
  await small.approve(recordId)
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('queued')
  const preview = await previewPolicy(await small.person('admin'), {
    organization,
    environment: 'production',
    rules: rulesWith({ approvals: 2 }),
  })
  expect(preview).toMatchObject({ changes: [{ from: { kind: 'waits' }, to: { kind: 'asks', missing: 1 } }], able: 2, isTight: true })
  await set({ approvals: 2 })
  expect(await recordOf(recordId)).toMatchObject({ state: 'awaiting_approval', approvalsNeeded: 2 })
  await set({ approvals: 1 })
  expect(await stateOf(recordId)).toBe('running')
})

test('where owners are asked, an admin’s approval does not count, and one that was given is lost', async () => {
  const recordId = await small.requestInstall()
  await set({ freezes: [freeze(1)] })
  await small.approve(recordId)
  await makeOwner('second')
  await set({ roles: ['owner'] })
  expect(await stateOf(recordId)).toBe('awaiting_approval')
  expect(await db.approval.findFirstOrThrow({ where: { recordId } })).toMatchObject({ lostReason: 'policy' })
  const planHash = await small.hashOf(recordId)
  await expect(approveDeploy(await small.person('admin'), { recordId, planHash })).rejects.toMatchObject({
    details: { reason: 'only_owner' },
  })
  const { number } = await recordOf(recordId)
  const seen = await getDeploy(await small.person('admin'), { organization, number })
  expect(seen).toMatchObject({
    youMayApprove: false,
    approvalRule: { version: 2, roles: ['owner'], mayApprove: [{ id: small.world.people.second }] },
  })
  expect(seen.gates.approve).toMatchObject({ code: 'only_owner', whoMay: [expect.stringContaining('second')] })
  await approveDeploy({ ...(await small.person('second')), address: '192.0.2.7' }, { recordId, planHash })
  expect((await getDeploy(await small.person('second'), { organization, number })).decisions.at(-1)).toMatchObject({ address: '192.0.2.7' })
  expect((await getDeploy(await small.person('dev'), { organization, number })).decisions.at(-1)).toMatchObject({ address: null })
})

test('what is approved in a freeze waits without growing old, starts by itself when it ends, and says so', async () => {
  const recordId = await small.requestInstall()
  const ends = freeze(100)
  await set({ freezes: [ends] })
  await small.approve(recordId)
  await small.carryAll()
  expect(await recordOf(recordId)).toMatchObject({ state: 'queued', deadlineAt: null, opensAt: new Date(ends.to) })
  const { number } = await recordOf(recordId)
  const seen = await getDeploy(await small.person('dev'), { organization, number })
  expect(seen).toMatchObject({ opensAt: ends.to, approvalRule: { shut: { opensAt: ends.to, freeze: 'year end' } } })
  clock.advance(90 * 3_600_000)
  await endOverdue()
  await stirDeploys()
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('queued')
  clock.advance(10 * 3_600_000)
  await stirDeploys()
  await small.carryAll()
  expect(await recordOf(recordId)).toMatchObject({ state: 'running', opensAt: null })
})

test('automation does not wait for windows', async () => {
  await small.install()
  await set({ freezes: [freeze(5)] })
  const unit = await db.unit.findFirstOrThrow({ where: { stageId: small.stageId } })
  await db.unit.update({ where: { id: unit.id }, data: { state: 'error' } })
  const repair = (await requestAutomation({ stageId: small.stageId, kind: 'repair', by: 'sweep:test', because: 'it is in error' })) ?? ''
  await small.finish(repair)
  expect(await stateOf(repair)).toBe('succeeded')
})

test('an override lifts the window, waits for an owner who looks at it, and not for who overrode', async () => {
  await makeOwner('admin')
  await makeOwner('second')
  const recordId = await small.requestInstall()
  await set({ freezes: [freeze(50)] })
  const planHash = await small.hashOf(recordId)
  await small.approve(recordId)
  await small.carryAll()
  const admin = await small.person('admin')
  await overrideApproval(admin, { recordId, planHash, reason: 'the shop is down' })
  await small.carryAll()
  expect(await stateOf(recordId)).toBe('running')
  await expect(overrideApproval(admin, { recordId, planHash, reason: 'the shop is down' })).rejects.toMatchObject({ code: 'conflict' })
  const open = await listApprovals(await small.person('second'), { organization, tab: 'reviews' })
  expect(open).toMatchObject({ counts: { reviews: 1 }, reviews: [{ gate: { allowed: true }, approval: { reason: 'the shop is down' } }] })
  const review = { recordId, approvalId: open.reviews[0]?.approval.id ?? '', note: 'It was, and it helped.' }
  await expect(reviewOverride(admin, review)).rejects.toMatchObject({ details: { reason: 'own_override' } })
  await expect(reviewOverride(await small.person('dev'), review)).rejects.toMatchObject({ code: 'forbidden' })
  await reviewOverride(await small.person('second'), review)
  await expect(reviewOverride(await small.person('second'), review)).rejects.toMatchObject({ details: { reason: 'reviewed_already' } })
  expect((await listApprovals(admin, { organization, tab: 'reviews' })).counts.reviews).toBe(0)
})

test('a policy may give people less time to decide, also those who decide already', async () => {
  const recordId = await small.requestInstall()
  await set({ expiryHours: 2 })
  const { deadlineAt } = await recordOf(recordId)
  expect((deadlineAt?.getTime() ?? 0) - clock.nowMs()).toBeLessThanOrEqual(pace('undecided') / 36)
  clock.advance(2 * 3_600_000 + 1000)
  await endOverdue()
  expect(await recordOf(recordId)).toMatchObject({ state: 'failed', code: 'expired' })
})

test('what runs without a person names the policy that let it, and asks once the policy lets it no more', async () => {
  await small.install()
  const admin = await small.person('admin')
  const service = { organization, application: 'app', service: 'web' }
  const standing = (kinds: ('repair' | 'relate')[], version: number) =>
    setStanding(admin, { ...service, rules: { kinds, maxUnits: 2 }, version })
  await expect(setStanding(await small.person('dev'), { ...service, rules: null, version: 0 })).rejects.toMatchObject({ code: 'forbidden' })
  expect(await standing(['repair'], 0)).toEqual({ version: 1 })
  await db.unit.updateMany({ where: { stageId: small.stageId, ordinal: 0 }, data: { state: 'error' } })
  const repair = (await requestAutomation({ stageId: small.stageId, kind: 'repair', by: 'sweep:test', because: 'it is in error' })) ?? ''
  expect(await stateOf(repair)).toBe('queued')
  const { number } = await recordOf(repair)
  expect((await getDeploy(admin, { organization, number })).decisions).toMatchObject([
    { person: null, policy: 'standing:1', standing: 'counts' },
  ])
  await standing(['relate'], 1)
  await small.carryAll()
  expect(await stateOf(repair)).toBe('awaiting_approval')
  await setStanding(admin, { ...service, rules: null, version: 2 })
  await small.carryAll()
  expect(await stateOf(repair)).toBe('running')
  expect((await getPolicies(admin, { organization })).history.map((one) => [one.version, one.standing?.kinds ?? null])).toEqual([
    [3, null],
    [2, ['relate']],
    [1, ['repair']],
  ])
})

test('makers and those above comment on a record, and it stays', async () => {
  const recordId = await small.requestInstall()
  const dev = await small.person('dev')
  await commentDeploy(dev, { recordId, text: 'The release notes are in the wiki.' })
  await db.member.updateMany({ where: { userId: small.world.people.second }, data: { role: 'viewer' } })
  await expect(commentDeploy(await small.person('second'), { recordId, text: 'no' })).rejects.toMatchObject({ code: 'forbidden' })
  const { number } = await recordOf(recordId)
  const seen = await getDeploy(await small.person('second'), { organization, number })
  expect(seen.comments).toMatchObject([{ person: { id: dev.id }, text: 'The release notes are in the wiki.' }])
  expect(seen.gates.comment.allowed).toBe(false)
})
