import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { setEnv } from '@/lib/env'
import { type RedisServer, startRedis } from '@/lib/testing/redis-server'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { closeQueues, makeQueue, makeWorker } from './make-queue'

let database: TestDatabase
let redis: RedisServer

beforeAll(async () => {
  database = await testDatabase()
  redis = await startRedis()
})
afterEach(closeQueues)
afterAll(async () => {
  setEnv({ REDIS_URL: undefined })
  await redis.stop()
  await database.dispose()
})

// Redis first: the backend of a process is PostgreSQL from its first use on.
describe.each(['redis', 'postgres'] as const)('jobs over %s', (kind) => {
  const begin = () => setEnv({ REDIS_URL: kind === 'redis' ? redis.url : undefined })

  test('are done once for one id, and the id may be used again when it is done', async () => {
    begin()
    const done: string[] = []
    const queue = makeQueue<{ recordId: string }>(`once-${kind}`)
    await queue.add('deploy.plan', { recordId: 'a' }, { jobId: 'o1' })
    await queue.add('deploy.plan', { recordId: 'a' }, { jobId: 'o1' })
    makeWorker<{ recordId: string }>(`once-${kind}`, async (job) => void done.push(job.data.recordId))
    await vi.waitUntil(() => done.length === 1, { timeout: 10_000 })
    await vi.waitUntil(async () => !(await queue.getJob('o1')), { timeout: 10_000 })
    await queue.add('deploy.plan', { recordId: 'b' }, { jobId: 'o1' })
    await vi.waitUntil(() => done.length === 2, { timeout: 10_000 })
    expect(done).toEqual(['a', 'b'])
  })

  test('that throw are tried again', async () => {
    begin()
    let tries = 0
    const queue = makeQueue<object>(`again-${kind}`)
    makeWorker<object>(`again-${kind}`, async () => {
      if (++tries < 3) throw new Error('on purpose')
    })
    await queue.add('x', {}, { jobId: 'a1', attempts: 3, backoff: 10 })
    await vi.waitUntil(() => tries === 3, { timeout: 10_000 })
  })

  test('in hand are finished before a worker closes', async () => {
    begin()
    let isDone = false
    let began = false
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const queue = makeQueue<object>(`close-${kind}`)
    makeWorker<object>(`close-${kind}`, async () => {
      began = true
      await held
      isDone = true
    })
    await queue.add('x', {}, { jobId: 'c1' })
    await vi.waitUntil(() => began, { timeout: 10_000 })
    const closing = closeQueues()
    release()
    await closing
    expect(isDone).toBe(true)
  })
})
