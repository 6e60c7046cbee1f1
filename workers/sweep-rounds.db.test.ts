import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '@/lib/db/client'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { startSweeps } from './sweep-rounds'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.dispose())

/** More sweeps than a pool has connections, each of which needs one to look with. */
const many = (seen: Set<string>) =>
  Array.from({ length: 3 * (database.pool.options.max ?? 10) }, (_, i) => ({
    name: `look-${i}`,
    everyMs: () => 5,
    look: async () => {
      await db.$executeRaw`select pg_sleep(0.01)`
      seen.add(`look-${i}`)
    },
  }))

test('more sweeps than connections all get to look', async () => {
  const seen = new Set<string>()
  const sweeps = many(seen)
  const rounds = startSweeps(sweeps)
  await expect.poll(() => seen.size, { timeout: 10_000 }).toBe(sweeps.length)
  await rounds.stop()
})

test('two workers never look at the same thing at once', async () => {
  let looking = 0
  let most = 0
  let looks = 0
  const sweep = {
    name: 'alone',
    everyMs: () => 1,
    look: async () => {
      most = Math.max(most, ++looking)
      await db.$executeRaw`select pg_sleep(0.005)`
      looking--
      looks++
    },
  }
  const workers = [startSweeps([sweep]), startSweeps([sweep])]
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(20)
  await Promise.all(workers.map((worker) => worker.stop()))
  expect(most).toBe(1)
})
