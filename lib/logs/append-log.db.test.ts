import { afterAll, beforeAll, expect, test } from 'vitest'
import { transaction } from '@/lib/db/transaction'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { appendLog, type LogEntry, logLimitBytes } from './append-log'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

const entry = (text: string): LogEntry => ({ taskId: 't', attempt: 1, seq: 1, at: new Date(), stream: 'stdout', text })
const append = (recordId: string, ...texts: string[]) => transaction((tx) => appendLog(tx, recordId, texts.map(entry)))
const lines = async (recordId: string) =>
  (
    await database.pool.query<{ line: string; stream: string; text: string }>(
      'select line::int, stream, text from journal.log_line where record_id = $1 order by line',
      [recordId],
    )
  ).rows

test('writers of one record get numbers without a gap, whatever they write at once', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, writer) => append('many', `a ${writer}`, `b ${writer}`)))
  expect((await lines('many')).map((row) => row.line)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
})

test('one row a line; what cannot be stored or shown is replaced, never dropped in silence', async () => {
  await append('odd', 'one\r\ntwo\n', 'nul \u0000 byte', 'x'.repeat(20_000))
  const texts = (await lines('odd')).map((row) => row.text)
  expect(texts.slice(0, 3)).toEqual(['one', 'two', 'nul � byte'])
  expect(texts[3]).toHaveLength(16_384 + 2)
})

test('a record keeps 64 MiB, says so once, and drops the rest', async () => {
  await append('big', 'first')
  await database.pool.query('update journal.log_cursor set bytes = $1 where record_id = $2', [logLimitBytes, 'big'])
  await append('big', 'the last one')
  await append('big', 'too late')
  await append('big', 'too late again')
  expect(await lines('big')).toMatchObject([
    { line: 1, text: 'first' },
    { line: 2, text: 'the last one' },
    { line: 3, stream: 'gap', text: expect.stringContaining('64 MiB') },
  ])
})
