import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import type { Task } from '@/lib/db/generated/client'
import { SmallWorld } from '@/lib/testing/small-world'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { getDeploy } from './get-deploy'
import { listDeploys } from './list-deploys'
import { recordCallback, tokenHashFor } from './record-callback'
import { recordNews } from './record-news'

let database: TestDatabase
let small: SmallWorld
let task: Task
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())
beforeEach(async () => {
  await database.empty()
  small = await SmallWorld.make()
  const recordId = await small.requestInstall()
  await small.approve(recordId)
  await small.carryAll()
  task = await db.task.findFirstOrThrow({ where: { recordId, verb: 'fetch', state: 'running' } })
  await db.task.update({ where: { id: task.id }, data: { callbackTokenHash: tokenHashFor('token', 1) } })
})

const line = (text: string) => ({ at: new Date().toISOString(), stream: 'stdout' as const, text })
const address = (attempt = 1) => ({ recordId: task.recordId, taskId: task.id, attempt })
const logText = async () =>
  (
    await database.pool.query<{ text: string }>(
      "select text from journal.log_line where record_id = $1 and stream <> 'section' order by line",
      [task.recordId],
    )
  ).rows.map((row) => row.text)

test('a message is acknowledged after the commit, again when repeated, and counted once', async () => {
  expect(await recordCallback(address(), { seq: 1, log: [line('one')] }, 'token')).toEqual({ ack: 1 })
  expect(await recordCallback(address(), { seq: 1, log: [line('one')] }, 'token')).toEqual({ ack: 1 })
  expect(await logText()).toEqual(['one'])
})

test('a gap names the next expected, and a hole closes it, shown as a gap', async () => {
  await recordCallback(address(), { seq: 1, log: [line('one')] }, 'token')
  await expect(recordCallback(address(), { seq: 4, log: [line('four')] }, 'token')).rejects.toMatchObject({
    code: 'sequence_gap',
    details: { expected: 2 },
  })
  await recordCallback(address(), { seq: 4, hole: [2, 3] }, 'token')
  await recordCallback(address(), { seq: 5, log: [line('five')] }, 'token')
  expect(await logText()).toEqual(['one', 'Messages 2 to 3 were lost at the sender.', 'five'])
})

test('another task’s token, another attempt’s token and no token are refused', async () => {
  for (const token of ['', 'other'])
    await expect(recordCallback(address(), { seq: 1, done: { ok: true } }, token)).rejects.toMatchObject({ code: 'sign_in' })
  await expect(recordCallback(address(2), { seq: 1, done: { ok: true } }, 'token')).rejects.toMatchObject({ code: 'sign_in' })
  expect((await db.task.findUniqueOrThrow({ where: { id: task.id } })).doneAt).toBeNull()
})

test('news of an old attempt keeps its log and changes nothing else', async () => {
  await db.task.update({ where: { id: task.id }, data: { attempt: 2, callbackTokenHash: tokenHashFor('token', 1) } })
  expect(await recordCallback(address(1), { seq: 1, log: [line('late')] }, 'token')).toEqual({ ack: 1, ignored: true })
  expect(await recordCallback(address(1), { seq: 2, done: { ok: false } }, 'token')).toEqual({ ack: 2, ignored: true })
  expect(await logText()).toEqual(['late'])
  expect((await db.task.findUniqueOrThrow({ where: { id: task.id } })).doneAt).toBeNull()
})

test('a second done cannot turn the first', async () => {
  await recordCallback(address(), { seq: 1, done: { ok: false, code: 'check_failed' } }, 'token')
  await recordCallback(address(), { seq: 2, done: { ok: true } }, 'token')
  expect(await db.task.findUniqueOrThrow({ where: { id: task.id } })).toMatchObject({ doneOk: false, doneCode: 'check_failed' })
})

test('done alone is no success: without the target’s own rows the task goes on', async () => {
  await recordCallback(address(), { seq: 1, done: { ok: true } }, 'token')
  await small.carryAll()
  expect((await db.task.findUniqueOrThrow({ where: { id: task.id } })).state).toBe('running')
})

test('an agent may speak only about tasks on its own machine', async () => {
  const stranger = small.world.agents.find((agent) => agent.machineId !== task.machineId)
  const news = [{ seq: 1, callback: { ...address(), seq: 1, done: { ok: false, code: 'forged' } } }]
  expect(await recordNews(stranger?.machineId ?? '', news)).toBe(1)
  expect((await db.task.findUniqueOrThrow({ where: { id: task.id } })).doneAt).toBeNull()
})

test('a batch of news that comes twice is written once', async () => {
  const news = [1, 2, 3].map((seq) => ({ seq, callback: { ...address(), seq, log: [line(`line ${seq}`)] } }))
  expect(await recordNews(task.machineId ?? '', news)).toBe(3)
  expect(await recordNews(task.machineId ?? '', news)).toBe(3)
  expect(await logText()).toEqual(['line 1', 'line 2', 'line 3'])
})

test('an agent whose disk was set back counts on from there: nothing new of its task is taken for a repetition', async () => {
  const say = (seq: number, taskSeq: number, text: string) => ({ seq, callback: { ...address(), seq: taskSeq, log: [line(text)] } })
  const machineId = task.machineId ?? ''
  await recordNews(machineId, [say(1, 1, 'one'), say(2, 2, 'two'), say(3, 3, 'three'), say(3, 3, 'three')])
  await recordNews(machineId, [
    say(3, 3, 'three'),
    say(4, 2, 'two anew'),
    { seq: 5, callback: { ...address(), seq: 3, done: { ok: true } } },
  ])
  expect(await logText()).toEqual(['one', 'two', 'three', 'two anew'])
  expect(await db.task.findUniqueOrThrow({ where: { id: task.id } })).toMatchObject({ lastSeq: 3, doneOk: true })
})

test('a check that speaks before its task has begun leaves no gap', async () => {
  const check = await db.task.findFirstOrThrow({
    where: { recordId: task.recordId, verb: 'check', state: 'pending', machineId: { not: null } },
  })
  const say = (seq: number, text: string) => ({
    seq,
    callback: { recordId: check.recordId, taskId: check.id, attempt: 1, seq, log: [line(text)] },
  })
  await recordNews(check.machineId ?? '', [say(1, 'not yet')])
  await db.task.update({ where: { id: check.id }, data: { state: 'running', attempt: 1 } })
  await recordNews(check.machineId ?? '', [say(2, 'now')])
  expect(await logText()).toEqual(['not yet', 'now'])
})

test('a record leaves the lists once every target has said that it is gone, and stays at its address', async () => {
  const { recordId } = task
  const viewer = await small.person('admin')
  const { slug: organization } = await db.organization.findUniqueOrThrow({ where: { id: small.world.organizationId } })
  const listed = async () => (await listDeploys(viewer, { organization })).items.some((row) => row.id === recordId)
  // As of a deploy to two runtimes: its last task belongs to another target than the others.
  const { id: _, ...first } = await db.deployTarget.findFirstOrThrow({ where: { recordId } })
  const second = await db.deployTarget.create({ data: first })
  const last = await db.task.findFirstOrThrow({ where: { recordId }, orderBy: { index: 'desc' } })
  await db.task.update({ where: { id: last.id }, data: { targetId: second.id } })
  const tasks = await db.task.findMany({ where: { recordId }, distinct: ['targetId'], orderBy: { index: 'asc' } })
  expect(tasks).toHaveLength(2)
  for (const { id: taskId, attempt, lastSeq } of tasks) {
    expect(await listed()).toBe(true)
    await recordCallback({ recordId, taskId, attempt }, { seq: lastSeq + 1, delete: { reason: 'The machine is gone.' } }, null)
  }
  expect(await listed()).toBe(false)
  const { number } = await db.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
  expect(await getDeploy(viewer, { organization, number })).toMatchObject({ id: recordId })
})
