import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { advanceDeploy } from '@/lib/deploys/advance-deploy'
import { cancelDeploy } from '@/lib/deploys/cancel-deploy'
import { recordNews } from '@/lib/deploys/record-news'
import { runTasks } from '@/lib/deploys/run-tasks'
import { stirDeploys } from '@/lib/deploys/stir-deploys'
import { ensureHub } from '@/lib/machines/hub'
import { pace } from '@/lib/pace'
import type { CommandResult } from '@/lib/protocol/command'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { listCommandRows, readCommand, readCommandOutput } from './read-command'
import { recordLiveOutput } from './record-live-output'
import { previewCommand, runCommand } from './run-command'
import { runOnMachines } from './run-on-machines'
import { type RunCommandInput, RunCommandSchema, RunOnMachinesSchema } from './views'

let database: TestDatabase
let world: SmallWorld
let operator: PersonActor

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  world = await SmallWorld.make()
  await ensureHub(db)
  await world.install()
  await db.machine.updateMany({ data: { agentVersion: '0.2.0', heardAt: new Date(clock.nowMs() + 3_600_000) } })
  const user = await db.user.create({ data: { name: 'op', email: 'op@example.org', isOperator: true } })
  operator = { kind: 'person', id: user.id, name: 'op', isOperator: true, isReviewer: false, grants: [] }
})

const ask = async (change: Partial<RunCommandInput> = {}) => {
  const organization = await db.organization.findUniqueOrThrow({ where: { id: world.world.organizationId } })
  const place = { organization: organization.slug, application: 'app', name: 'web', environment: 'production' as const }
  return RunCommandSchema.parse({ ...place, argv: ['uptime'], ...change })
}
const run = async (change: Partial<RunCommandInput> = {}, by: 'admin' | 'dev' = 'admin') =>
  runCommand(await world.person(by), await ask(change))
/** Asked for, approved by somebody else, and handed to the machines. */
const sent = async (change: Partial<RunCommandInput> = {}) => {
  const { recordId } = await run(change, 'admin')
  const { approveDeploy } = await import('@/lib/deploys/approve-deploy')
  await approveDeploy(await world.person('second'), { recordId, planHash: await world.hashOf(recordId) })
  await world.carryAll()
  return recordId
}
const record = (id: string) => db.deployRecord.findUniqueOrThrow({ where: { id } })
const tasks = (recordId: string) => db.task.findMany({ where: { recordId }, orderBy: { index: 'asc' } })
const states = async (recordId: string) => (await tasks(recordId)).map((task) => task.code ?? task.state)
const wishes = (recordId: string) => db.desiredCommand.findMany({ where: { recordId } })

const result = (output: string, exitCode = 0): CommandResult => ({ exitCode, output, outputBytes: output.length })
/** Its machine says how the command of this task ended. */
async function say(recordId: string, index: number, ended: { ok: boolean; code?: string; result?: CommandResult }): Promise<void> {
  const task = await db.task.findFirstOrThrow({ where: { recordId, index } })
  const { newsSeq } = await db.machine.findUniqueOrThrow({ where: { id: task.machineId ?? '' } })
  const callback = { recordId, taskId: task.id, attempt: task.attempt, seq: 1, done: ended }
  await recordNews(task.machineId ?? '', [{ seq: Number(newsSeq) + 1, callback }])
  await world.carryAll()
}

describe('who may', () => {
  test('run commands on units: admins; on machines: operators; nobody else learns more than that', async () => {
    await expect(run({}, 'dev')).rejects.toMatchObject({ code: 'forbidden', details: { permission: 'command.run' } })
    await expect(runCommand(operator, await ask())).rejects.toMatchObject({ code: 'not_found' })
    const { name } = await db.machine.findFirstOrThrow({ where: { name: { startsWith: 'test' } } })
    const onMachine = RunOnMachinesSchema.parse({ machines: [name], script: 'uptime' })
    await expect(runOnMachines(await world.person('admin'), onMachine)).rejects.toMatchObject({ code: 'not_found' })
    const { recordId, number } = await runOnMachines(operator, onMachine)
    await world.carryAll()
    expect(await record(recordId)).toMatchObject({ organizationId: null, number: 1, state: 'running', requesterId: operator.id })
    expect(number).toBe(1)
    await say(recordId, 0, { ok: true, result: result('up\n') })
    expect(await record(recordId)).toMatchObject({ state: 'succeeded' })
    const names = (await db.machine.findMany({ select: { name: true } })).map((machine) => machine.name)
    await expect(runOnMachines(operator, RunOnMachinesSchema.parse({ machines: names, argv: ['id'] }))).rejects.toMatchObject({
      details: { reason: 'mixed_environments' },
    })
  })

  test('in production somebody else must say yes to exactly this command on exactly these targets', async () => {
    const preview = await previewCommand(await world.person('admin'), await ask())
    expect(preview).toMatchObject({ environment: 'production', approval: { needed: 1 } })
    expect(preview.targets.map((target) => target.name)).toEqual(['web/0', 'web/1', 'web/2'])
    await expect(run({ argv: ['uptime', '-p'], expectedHash: preview.expectedHash })).rejects.toMatchObject({ code: 'plan_changed' })
    const { recordId } = await run({ expectedHash: preview.expectedHash })
    await world.carryAll()
    expect(await record(recordId)).toMatchObject({ state: 'awaiting_approval' })
    await expect(world.approve(recordId)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await wishes(recordId)).toEqual([])
  })

  test('what is silent, has no place or has an old agent is left out, and said; with nobody left there is nothing to ask for', async () => {
    const machines = await db.machine.findMany({ where: { name: { startsWith: 'production' } }, orderBy: { name: 'asc' } })
    await db.machine.update({ where: { id: machines[0]?.id ?? '' }, data: { agentVersion: '0.1.0' } })
    await db.machine.update({ where: { id: machines[1]?.id ?? '' }, data: { connected: false } })
    const { targets, leftOut } = await previewCommand(await world.person('admin'), await ask())
    expect(targets).toHaveLength(1)
    expect(leftOut.map((target) => target.whyNot?.code).sort()).toEqual(['command_old_agent', 'command_silent'])
    await db.machine.updateMany({ data: { connected: false } })
    await expect(run()).rejects.toMatchObject({ details: { reason: 'no_targets' } })
  })
})

describe('a command', () => {
  test('goes to all at once, keeps like output once, fails if one fails, and leaves its stage alone', async () => {
    const before = await db.stage.findUniqueOrThrow({ where: { id: world.stageId } })
    const recordId = await sent()
    expect(await states(recordId)).toEqual(['running', 'running', 'running'])
    expect(await wishes(recordId)).toHaveLength(3)
    await say(recordId, 0, { ok: true, result: result('up 3 days\n') })
    await say(recordId, 1, { ok: true, result: result('up 3 days\n') })
    await say(recordId, 2, { ok: false, code: 'exit_code', result: result('no\n', 2) })
    expect(await record(recordId)).toMatchObject({ state: 'failed', code: 'targets_failed', message: 'It succeeded on 2 of 3 targets.' })
    const [a, b, c] = await tasks(recordId)
    expect(a?.outputDigest).toBe(b?.outputDigest)
    expect(c).toMatchObject({ exitCode: 2, outputBytes: 3, code: 'exit_code' })
    expect(await wishes(recordId)).toEqual([])
    expect(await db.stage.findUniqueOrThrow({ where: { id: world.stageId } })).toEqual(before)
    expect(await db.unit.count({ where: { stageId: world.stageId, held: true } })).toBe(0)
    expect(await db.stageLock.count()).toBe(0)
  })

  test('shows what it has printed so far, of its own machine and attempt only, and its whole output once it has ended', async () => {
    const recordId = await sent()
    const [first, second] = await tasks(recordId)
    const said = (taskId: string, output: string, attempt = 1) => ({ cause: { recordId, taskId, attempt }, output, outputBytes: 5000 })
    const [here, there] = [first?.machineId ?? '', second?.machineId ?? '']
    await recordLiveOutput([
      { machineId: here, said: said(first?.id ?? '', 'one\ntwo\n') },
      { machineId: here, said: said(second?.id ?? '', 'not mine') },
      { machineId: there, said: said(second?.id ?? '', 'older', 0) },
    ])
    const [member, { number }] = [await world.person('dev'), await record(recordId)]
    const { slug: organization } = await db.organization.findUniqueOrThrow({ where: { id: world.world.organizationId } })
    const address = { organization, number }
    expect((await readCommand(member, address)).live).toEqual([{ index: 0, name: 'web/0', end: 'one\ntwo\n', outputBytes: 5000 }])
    const { items } = await listCommandRows(member, address)
    expect(items.map((row) => row.outputBytes)).toEqual([5000, null, null])
    expect(await readCommandOutput(member, { ...address, index: 0 })).toMatchObject({ text: 'one\ntwo\n', isLive: true, isCut: true })
    await expect(readCommandOutput(member, { ...address, index: 1 })).rejects.toMatchObject({ code: 'not_found' })
    await say(recordId, 0, { ok: true, result: result('one\ntwo\nthree\n') })
    expect((await readCommand(member, address)).live).toEqual([])
    expect(await readCommandOutput(member, { ...address, index: 0 })).toMatchObject({ text: 'one\ntwo\nthree\n', isLive: false })
    await recordLiveOutput([{ machineId: here, said: said(first?.id ?? '', 'late') }])
    expect((await readCommand(member, address)).live).toEqual([])
  })

  test('begins no further target when more have failed than were allowed, and no more at once than was said', async () => {
    const recordId = await sent({ parallel: 1, failuresAllowed: 0 })
    expect(await states(recordId)).toEqual(['running', 'pending', 'pending'])
    await say(recordId, 0, { ok: true, result: result('') })
    expect(await states(recordId)).toEqual(['succeeded', 'running', 'pending'])
    await say(recordId, 1, { ok: false, code: 'timeout' })
    expect(await states(recordId)).toEqual(['succeeded', 'timeout', 'not_reached'])
    expect(await record(recordId)).toMatchObject({ state: 'failed' })
    const bold = await sent({ parallel: 1, failuresAllowed: 1 })
    await say(bold, 0, { ok: false, code: 'timeout' })
    expect(await states(bold)).toEqual(['timeout', 'running', 'pending'])
  })

  test('is never handed over twice: whether its worker died before or after, and however late its machine is', async () => {
    const recordId = await sent()
    // After the handing over, before anybody wrote it down: it is accepted all the same.
    expect((await tasks(recordId)).every((task) => task.acceptedAt && task.attempt === 1)).toBe(true)
    await runTasks({ recordId }, 'another')
    clock.advance(pace('ownerLost') * 2)
    await stirDeploys()
    await world.carryAll()
    expect((await tasks(recordId)).map((task) => [task.state, task.attempt])).toEqual([
      ['running', 1],
      ['running', 1],
      ['running', 1],
    ])
    clock.advance(60_000 + pace('commandWord') + 1000)
    await advanceDeploy({ recordId })
    expect(await states(recordId)).toEqual(['outcome_unknown', 'outcome_unknown', 'outcome_unknown'])
    // Those who have not heard of it yet must not begin it now.
    expect((await wishes(recordId)).every((wish) => wish.isStopped)).toBe(true)
    await say(recordId, 0, { ok: true, result: result('late\n') })
    expect((await states(recordId))[0]).toBe('outcome_unknown')
    expect(await wishes(recordId)).toHaveLength(2)

    const lost = await sent()
    await db.task.updateMany({
      where: { recordId: lost },
      data: { acceptedAt: null, owner: 'worker:dead', heartbeatAt: new Date(clock.nowMs() - pace('ownerLost') * 2) },
    })
    await advanceDeploy({ recordId: lost })
    expect(await states(lost)).toEqual(['lost', 'lost', 'lost'])
    expect((await tasks(lost)).every((task) => task.attempt === 1)).toBe(true)
  })

  test('that is cancelled stops where it runs and waits for the word of its machines', async () => {
    const recordId = await sent({ parallel: 2 })
    await cancelDeploy(await world.person('admin'), { recordId })
    await world.carryAll()
    expect(await record(recordId)).toMatchObject({ state: 'cancelling' })
    expect((await wishes(recordId)).map((wish) => wish.isStopped)).toEqual([true, true])
    await say(recordId, 0, { ok: false, code: 'cancelled' })
    await say(recordId, 1, { ok: true, result: result('done all the same\n') })
    expect(await record(recordId)).toMatchObject({ state: 'cancelled' })
    expect((await tasks(recordId)).map((task) => task.state)).toEqual(['cancelled', 'succeeded', 'cancelled'])
  })

  test('runs only where its unit still is, and beside a deploy of the same service', async () => {
    const { recordId } = await run()
    await db.allocation.updateMany({ where: { unit: { stageId: world.stageId, ordinal: 1 } }, data: { to: clock.now() } })
    const { approveDeploy } = await import('@/lib/deploys/approve-deploy')
    await approveDeploy(await world.person('second'), { recordId, planHash: await world.hashOf(recordId) })
    await world.carryAll()
    expect(await states(recordId)).toEqual(['running', 'target_gone', 'running'])
    const again = await run({ again: (await record(recordId)).number })
    expect(await record(again.recordId)).toMatchObject({ retryOfId: recordId })
  })
})
