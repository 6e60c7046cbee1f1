import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, useConnections } from '@/lib/db/client'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { NewsDesk } from './news-desk'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

test('news after news that could not be kept is not kept either, so that the agent says all of it again in its order', async () => {
  const desk = new NewsDesk()
  const lost = connect('postgresql://nobody@127.0.0.1:1/nothing')
  useConnections(lost)
  const first = desk.keep('m1', [{ seq: 1 }])
  await new Promise((resolve) => setImmediate(resolve))
  const second = desk.keep('m1', [{ seq: 2 }])
  const third = desk.keep('m1', [{ seq: 3 }])
  // The database is back before the desk turns to what has waited.
  const told = first.catch((error: unknown) => {
    useConnections(database)
    return error
  })
  const ends = await Promise.allSettled([second, third])
  expect(await told).toBeInstanceOf(Error)
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await desk.keep('m1', [{ seq: 1 }])).toBe(0)
  await lost.pool.end()
})
