import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { setEnv } from '@/lib/env'
import { freePort } from '@/lib/testing/free-port'
import { type RedisServer, startRedis } from '@/lib/testing/redis-server'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { busReady, closeBus, onReconnect, publish, subscribe } from './bus'

let database: TestDatabase
let redis: RedisServer

beforeAll(async () => {
  database = await testDatabase()
  redis = await startRedis()
})
afterEach(closeBus)
afterAll(async () => {
  setEnv({ REDIS_URL: undefined })
  await redis.stop()
  await database.dispose()
})

/** Cuts the listening line the way a failing network or a restarted server would. */
const cut = {
  postgres: async () => {
    const client = new pg.Client({ connectionString: database.superuserUrl })
    await client.connect()
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tengen-bus' and datname = current_database()`,
    )
    await client.end()
  },
  redis: async () => {
    const port = Number(new URL(redis.url).port)
    await redis.stop()
    redis = await startRedis(port)
  },
}

describe.each(['postgres', 'redis'] as const)('news over %s', (kind) => {
  const begin = () => setEnv({ REDIS_URL: kind === 'redis' ? redis.url : undefined, LOG_LEVEL: 'silent' })

  test('reaches who asked for the topic, or for its beginning, and nobody else', async () => {
    begin()
    const heard: unknown[] = []
    subscribe('deploy:1', (payload, topic) => void heard.push(['one', topic, payload]))
    subscribe('deploy:*', (payload, topic) => void heard.push(['all', topic, payload]))
    subscribe('deploy', () => void heard.push('wrong'))
    await busReady()
    await publish('deploy:1', { a: 1 })
    await publish('deploy:2', null)
    await vi.waitUntil(() => heard.length >= 3)
    expect(heard).toEqual([
      ['one', 'deploy:1', { a: 1 }],
      ['all', 'deploy:1', { a: 1 }],
      ['all', 'deploy:2', null],
    ])
  })

  test('that is too long arrives as its topic alone', async () => {
    begin()
    const heard: unknown[] = []
    subscribe('long', (payload) => void heard.push(payload))
    await busReady()
    await publish('long', 'x'.repeat(20_000))
    await publish('long', 'short')
    await vi.waitUntil(() => heard.length === 2)
    expect(heard).toEqual([undefined, 'short'])
  })

  test('comes again after the line was cut, and the listener is told that some may be missing', async () => {
    begin()
    const heard: unknown[] = []
    const back = vi.fn()
    subscribe('x', (payload) => void heard.push(payload))
    onReconnect(back)
    await busReady()
    await cut[kind]()
    await vi.waitUntil(() => back.mock.calls.length > 0, { timeout: 10_000 })
    await publish('x', 'after')
    await vi.waitUntil(() => heard.includes('after'))
  })

  test('of one turn leaves in one go, in order; a failing listener stops nobody', async () => {
    begin()
    const heard: unknown[] = []
    subscribe('n', () => Promise.reject(new Error('on purpose')))
    const end = subscribe('n', (payload) => void heard.push(payload))
    await busReady()
    await Promise.all([1, 2, 3, 4, 5].map((n) => publish('n', n)))
    await vi.waitUntil(() => heard.length === 5)
    expect(heard).toEqual([1, 2, 3, 4, 5])
    end()
    await publish('n', 6)
    expect(heard).toHaveLength(5)
  })
})

test('publishing while the database is away loses the news and does not throw', async () => {
  setEnv({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  await expect(publish('x', 1)).resolves.toBeUndefined()
})
