import { expect, test } from 'vitest'
import type { LogLine, LogPage } from '@/lib/deploys/log-views'
import { LogCache } from './log-cache'

const line = (number: number): LogLine => ({
  line: number,
  at: '2026-11-21T14:10:00.000Z',
  task: 0,
  attempt: 1,
  stream: 'stdout',
  text: `line ${number}`,
})

function fakeLog(count: number) {
  const log = { count, asked: [] as number[] }
  const read = async (from: number, limit: number): Promise<LogPage> => {
    log.asked.push(from)
    const lines = Array.from({ length: Math.max(0, Math.min(limit, log.count - from)) }, (_, i) => line(from + i + 1))
    return { from, lines, total: log.count, ended: false, firstErrorLine: null, tasks: [] }
  }
  return { log, cache: new LogCache(read) }
}

const settled = () => new Promise((done) => setTimeout(done, 0))

test('only the pages somebody looks at are fetched', async () => {
  const { log, cache } = fakeLog(100_000)
  await cache.refresh()
  await settled()
  cache.want(50_000, 50_040)
  await settled()
  expect(log.asked).toEqual([0, 99_600, 50_000])
  expect(cache.line(50_010)?.line).toBe(50_011)
  expect(cache.line(20_000)).toBeUndefined()
})

test('a page is asked for once, however often it is looked at', async () => {
  const { log, cache } = fakeLog(300)
  await cache.refresh()
  cache.want(0, 100)
  cache.want(0, 200)
  await settled()
  expect(log.asked).toEqual([0])
})

test('new lines appear after news, and nothing that was read goes missing', async () => {
  const { log, cache } = fakeLog(390)
  await cache.refresh()
  log.count = 1200
  await cache.refresh()
  await settled()
  expect(cache.facts().total).toBe(1200)
  expect(cache.line(389)?.line).toBe(390)
  expect(cache.line(1199)?.line).toBe(1200)
})

test('a failed read is told and can be repeated', async () => {
  let broken = true
  const cache = new LogCache(async (from) => {
    if (broken) throw new Error('503')
    return { from, lines: [line(1)], total: 1, ended: true, firstErrorLine: null, tasks: [] }
  })
  await cache.refresh()
  expect(cache.facts().failed).toBe(true)
  broken = false
  await cache.refresh()
  expect(cache.facts()).toMatchObject({ failed: false, total: 1, ended: true })
})
