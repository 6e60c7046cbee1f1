import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import type { Task } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { appendLog, type LogEntry } from '@/lib/logs/append-log'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { askForService, buildPackage } from '@/lib/testing/build-service'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { LogMatchesSchema, LogPageSchema } from './log-views'
import { readLog } from './read-log'
import { searchLog } from './search-log'
import { streamLog } from './stream-log'

let database: TestDatabase
let world: BuiltOrganization
let address: { organization: string; number: number }
let recordId: string
let tasks: Task[]

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const service = await askForService(world, await buildPackage(['1.0.0']))
  recordId = service.recordId
  address = { organization: world.slug, number: service.number }
  tasks = await db.task.findMany({ where: { recordId }, orderBy: { index: 'asc' } })
  for (let from = 0; from < 100_000; from += 10_000) await add(10_000, (n) => line(from + n, tasks[(from + n) % 2] as Task))
})
afterAll(() => database.dispose())

const line = (n: number, task: Task, text = `line ${n}`): LogEntry => ({
  taskId: task.id,
  attempt: 1,
  seq: n,
  at: new Date(),
  stream: 'stdout',
  text,
})
const add = (count: number, make: (n: number) => LogEntry) =>
  transaction((tx) =>
    appendLog(
      tx,
      recordId,
      Array.from({ length: count }, (_, n) => make(n)),
    ),
  )
const read = async (ask: { from: number; limit: number; task?: number }) =>
  LogPageSchema.parse(await readLog(await world.person('viewer'), { ...address, ...ask }))

test('any part of a long log is one quick range, whole or of one task', async () => {
  const middle = await read({ from: 50_000, limit: 400 })
  expect([middle.lines.length, middle.lines[0]?.line, middle.total]).toEqual([400, 50_001, 100_000])
  expect(middle.tasks).toEqual([
    { index: 0, lines: 50_000 },
    { index: 1, lines: 50_000 },
  ])
  const ofTask = await read({ from: 49_998, limit: 10, task: 1 })
  expect([ofTask.total, ofTask.lines.map((one) => one.text)]).toEqual([50_000, ['line 99997', 'line 99999']])
})

test('lines that came since are counted without counting the rest again', async () => {
  await add(3, (n) => ({ ...line(n, tasks[1] as Task, `late ${n}`), stream: 'agent' }))
  const page = await read({ from: 100_000, limit: 10 })
  expect(page.lines.map((one) => [one.stream, one.text])).toEqual([
    ['system', 'late 0'],
    ['system', 'late 1'],
    ['system', 'late 2'],
  ])
  expect(page.tasks[1]).toEqual({ index: 1, lines: 50_003 })
})

test('a text is found as it is written, letter case aside, and is no pattern', async () => {
  const viewer = await world.person('viewer')
  const find = async (q: string, task?: number) => LogMatchesSchema.parse(await searchLog(viewer, { ...address, q, task }))
  expect(await find('LINE 77777')).toEqual({ offsets: [77_777], more: false })
  expect(await find('line 77777', 1)).toEqual({ offsets: [38_888], more: false })
  expect((await find('%')).offsets).toEqual([])
  const many = await find('line')
  expect([many.offsets.length, many.more]).toEqual([10_000, true])
})

test('the whole log leaves as text, a part at a time', async () => {
  let lines = 0
  let parts = 0
  for await (const part of await streamLog(await world.person('viewer'), address)) {
    parts++
    lines += part.split('\n').length - 1
  }
  expect([lines, parts]).toEqual([100_003, 21])
})

test('the first error is in the words of the task that failed', async () => {
  expect((await read({ from: 0, limit: 1 })).firstErrorLine).toBeNull()
  await add(2, (n) => line(n, tasks[0] as Task, n === 0 ? 'all good' : 'fatal: port is taken'))
  await db.task.update({ where: { id: tasks[0]?.id }, data: { state: 'failed' } })
  expect((await read({ from: 0, limit: 1 })).firstErrorLine).toBe(100_005)
})

test('a log is read by members only, and a task must be of its plan', async () => {
  await expect(readLog(await world.person('stranger'), { ...address, from: 0, limit: 1 })).rejects.toMatchObject({ code: 'not_found' })
  await expect(readLog(await world.person('operator'), { ...address, from: 0, limit: 1 })).rejects.toMatchObject({ code: 'not_found' })
  await expect(read({ from: 0, limit: 1, task: 99 })).rejects.toMatchObject({ code: 'not_found' })
})
