import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { recordNews } from '@/lib/deploys/record-news'
import { getMachine } from '@/lib/machines/get-machine'
import { operateMachine } from '@/lib/machines/operate-machine'
import type { InitCheck, InitNews } from '@/lib/protocol/init'
import { readDesired } from '@/lib/services/read-desired'
import { type BuiltOrganization, buildMachine, buildOrganization } from '@/lib/testing/build-organization'
import { buildPackage } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getPool } from './get-pool'
import { lookAgain } from './look-again'
import { setInitPolicies } from './set-init-policies'

let database: TestDatabase
let world: BuiltOrganization
let runtimeId: string
let machineId: string
let seq = 0

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  world = await buildOrganization()
  runtimeId = world.runtimes.test
  machineId = await buildMachine(runtimeId, 'fresh', 'new')
  await db.machine.update({ where: { id: machineId }, data: { boxKey: 'unused' } })
})

const operator = () => world.person('operator')
const memory: InitCheck = { kind: 'memory', memoryMib: 1024, cores: null }
const programs: InitCheck = { kind: 'programs', programs: ['git'] }
const clock: InitCheck = { kind: 'clock', withinMs: 2000 }
const pool = async () => getPool(await operator(), { name: (await db.runtime.findUniqueOrThrow({ where: { id: runtimeId } })).name })
const ask = async (...checks: InitCheck[]) =>
  setInitPolicies(await operator(), {
    runtimeId,
    revision: (await pool()).revision,
    policies: checks.map((check) => ({ id: null, check })),
  })
const act = async (name: 'init' | 'retire' | 'return') => operateMachine(await operator(), { machineId, act: name })
const machine = () => db.machine.findUniqueOrThrow({ where: { id: machineId } })
const view = async () => getMachine(await operator(), { name: 'fresh' })
const told = async () => (await readDesired([{ machineId, since: null, session: 's', era: 1 }]))[0]?.init

/** As its agent would say it, of the look that is under way unless it is told otherwise. */
async function found(
  index: number,
  state: 'running' | 'passed' | 'failed',
  change: { runId?: string; message?: string; said?: NonNullable<InitNews['said']> } = {},
): Promise<void> {
  const policyId = (await db.initResult.findFirstOrThrow({ where: { machineId, order: index } })).policyId
  const runId = change.runId ?? (await machine()).initRunId ?? 'none'
  seq += 1
  const init = {
    runId,
    policyId,
    state,
    message: change.message ?? '',
    ...(change.said ? { said: change.said } : {}),
    log: 'said',
    at: new Date().toISOString(),
  }
  await recordNews(machineId, [{ seq, init }])
}
const states = async () => (await view()).init.map(({ check, state }) => `${check.kind} ${state}`)

test('a pool that asks nothing inits by an operator’s word; one that asks something only when every policy has passed', async () => {
  await act('init')
  expect((await machine()).state).toBe('inited')
  await act('retire')
  await ask(memory, programs)
  await act('return')
  const order = await told()
  expect(order?.policies.map(({ check }) => check)).toEqual([memory, programs])
  await found(0, 'running')
  await found(0, 'passed', { message: '24 GiB' })
  expect(await states()).toEqual(['memory passed', 'programs waiting'])
  expect((await told())?.policies.map(({ check }) => check.kind)).toEqual(['programs'])
  expect((await machine()).state).toBe('new')
  await found(1, 'passed')
  expect(await machine()).toMatchObject({ state: 'inited', initRunId: null })
  expect(await told()).toBeUndefined()
})

test('one that fails says why and stops; it alone is looked at again, and what had passed stays so', async () => {
  await ask(memory, programs, clock)
  await act('init')
  const { initRunId: first } = await machine()
  await found(0, 'passed')
  await found(1, 'failed', { message: 'Missing: git.' })
  expect(await machine()).toMatchObject({
    state: 'new',
    initRunId: null,
    stateReason: 'as_said',
    stateReasonValues: { text: 'Missing: git.' },
  })
  expect(await view()).toMatchObject({ init: [{}, { state: 'failed', message: 'Missing: git.', log: 'said' }, { state: 'waiting' }] })
  const failed = (await view()).init[1]?.policyId ?? ''
  await expect(lookAgain(await world.person('admin'), { machineId, policyId: failed })).rejects.toMatchObject({ code: 'not_found' })
  await lookAgain(await operator(), { machineId, policyId: failed })
  expect(await states()).toEqual(['memory passed', 'programs waiting', 'clock waiting'])
  // What an agent still says of the look before counts for nothing.
  await found(1, 'passed', { runId: first ?? '' })
  expect(await states()).toEqual(['memory passed', 'programs waiting', 'clock waiting'])
  await found(1, 'passed', { message: 'git: there', said: { code: 'programs_found', values: { programs: 'git' } } })
  // Of a code that this hub does not know the text is left.
  await found(2, 'failed', { message: 'Its clock melts.', said: { code: 'clock_melts', values: {} } })
  const [, known, unknown] = (await view()).init
  expect([known?.said, unknown?.said]).toEqual([{ code: 'init_programs_found', values: { programs: 'git' } }, null])
  expect((await view()).stateReason).toMatchObject({ code: 'as_said', values: { text: 'Its clock melts.' } })
  await lookAgain(await operator(), { machineId, policyId: unknown?.policyId ?? '' })
  await found(2, 'failed', { message: 'No.', said: { code: 'clock_of_hub', values: {} } })
  expect((await view()).stateReason).toMatchObject({ code: 'init_clock_of_hub' })
  await lookAgain(await operator(), { machineId, policyId: unknown?.policyId ?? '' })
  await found(2, 'passed')
  expect((await machine()).state).toBe('inited')
  await expect(lookAgain(await operator(), { machineId, policyId: failed })).rejects.toMatchObject({ code: 'conflict' })
})

test('two editors notice each other; a program comes from a public package, and its row says which', async () => {
  await ask(memory)
  const before = await pool()
  const [kept] = before.policies
  await expect(setInitPolicies(await operator(), { runtimeId, revision: before.revision - 1, policies: [] })).rejects.toMatchObject({
    code: 'stale',
  })
  const own = await buildPackage(['1.0.0'], { organizationId: world.id })
  const shared = await buildPackage(['2.0.0'])
  const digestOf = async (id = '') => (await db.packageVersion.findUniqueOrThrow({ where: { id } })).digest
  const program = (digest: string, run: string[]): InitCheck => ({
    kind: 'package',
    name: 'x',
    version: '9',
    digest,
    sizeBytes: 1,
    run,
    timeoutMs: 60_000,
  })
  await expect(ask(program(await digestOf(own.versions['1.0.0']), ['bin/a']))).rejects.toMatchObject({ code: 'invalid' })
  await expect(ask(program(await digestOf(shared.versions['2.0.0']), ['../a']))).rejects.toMatchObject({ code: 'invalid' })
  await setInitPolicies(await operator(), {
    runtimeId,
    revision: before.revision,
    policies: [
      { id: null, check: program(await digestOf(shared.versions['2.0.0']), ['bin/a', 'x']) },
      { id: kept?.id ?? null, check: memory },
    ],
  })
  const after = await pool()
  expect(after.policies[1]?.id).toBe(kept?.id)
  expect(after.policies[0]?.check).toMatchObject({ name: shared.name, version: '2.0.0', sizeBytes: 100, run: ['bin/a', 'x'] })
  expect(after.packages.some((one) => one.name === own.name)).toBe(false)
})
