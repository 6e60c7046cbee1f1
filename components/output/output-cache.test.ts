import { expect, test } from 'vitest'
import type { OutputLine, OutputPage } from '@/lib/output/views'
import { OutputCache } from './output-cache'

const line = (number: number, second = number, unitId = 'a'): OutputLine => ({
  unitId,
  line: number,
  at: new Date(second * 1000).toISOString(),
  stream: 'stdout',
  text: `line ${number} of ${unitId}`,
})

/** A unit's output; `extra` is what comes next by another one. */
function fakeOutput(count: number) {
  const kept = { lines: Array.from({ length: count }, (_, i) => line(i + 1)), asked: [] as string[] }
  const read = async ({ after, before, limit }: { after?: string; before?: string; limit: number }): Promise<OutputPage> => {
    kept.asked.push(after ? `>${after}` : before ? `<${before}` : 'last')
    const end = before ? Number(before) - 1 : kept.lines.length
    const lines = after ? kept.lines.slice(Number(after), Number(after) + limit) : kept.lines.slice(Math.max(0, end - limit), end)
    const first = Math.max(0, end - limit) + 1
    return {
      units: [],
      lines,
      total: kept.lines.length,
      after: String(after ? Number(after) + lines.length : end),
      before: first > 1 ? String(first) : null,
      asOf: new Date().toISOString(),
    }
  }
  return { kept, cache: new OutputCache(read) }
}

const settled = () => new Promise((done) => setTimeout(done, 0))

test('it begins with the last lines; those before keep their places and come when somebody looks', async () => {
  const { kept, cache } = fakeOutput(3500)
  await cache.refresh()
  expect([cache.facts().total, cache.line(3499)?.line, cache.line(2400)]).toEqual([3500, 3500, undefined])
  cache.want(1600, 1640)
  await settled()
  expect([cache.line(1600)?.line, cache.line(3499)?.line, cache.facts().total]).toEqual([1601, 3500, 3500])
  expect(kept.asked).toEqual(['last', '<2501'])
})

test('new lines are read from where the last ended, however many came, and one that is late finds its place', async () => {
  const { kept, cache } = fakeOutput(10)
  await cache.refresh()
  for (let number = 11; number <= 2510; number++) kept.lines.push(line(number))
  await cache.refresh()
  kept.lines.push(line(1, 2509.5, 'b'))
  await cache.refresh()
  expect(kept.asked).toEqual(['last', '>10', '>1010', '>2010', '>2510'])
  expect([2508, 2509, 2510].map((index) => cache.line(index)?.text)).toEqual(['line 2509 of a', 'line 1 of b', 'line 2510 of a'])
})

test('a search finds what was not loaded yet', async () => {
  const { cache } = fakeOutput(2500)
  await cache.refresh()
  expect(cache.find('LINE 77 ')).toEqual([])
  await cache.readAll()
  expect([cache.find('LINE 77 '), cache.facts().isComplete]).toEqual([[76], true])
})

test('a failed read is told, and the next one goes on', async () => {
  let isBroken = true
  const broken = new OutputCache(async () => {
    if (isBroken) throw new Error('503')
    return { units: [], lines: [line(1)], total: 1, after: '1', before: null, asOf: '' }
  })
  await broken.refresh()
  expect(broken.facts().failure).toBeInstanceOf(Error)
  isBroken = false
  await broken.refresh()
  expect(broken.facts()).toMatchObject({ failure: null, total: 1, isRead: true })
})
