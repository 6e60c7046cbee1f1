import { expect, test } from 'vitest'
import { BatchDesk } from './batch-desk'

const told: string[][] = []
const answer = async (asks: readonly string[]) => {
  told.push([...asks])
  if (asks.includes('bad')) throw new Error(`no answer to ${asks.join(' ')}`)
  return asks.map((ask) => ask.toUpperCase())
}

test('who asks at one moment is answered together, each with its own answer, and never two of one key', async () => {
  told.length = 0
  const desk = new BatchDesk(answer, { most: 3, keyOf: (ask) => ask[0] ?? '' })
  const asks = ['a1', 'b1', 'a2', 'c1', 'd1', 'a3']
  expect(await Promise.all(asks.map((ask) => desk.ask(ask)))).toEqual(['A1', 'B1', 'A2', 'C1', 'D1', 'A3'])
  expect(told).toEqual([['a1', 'b1', 'c1'], ['a2', 'd1'], ['a3']])
})

test('who comes soon after a batch began waits for others, and a full one for nobody', async () => {
  told.length = 0
  const desk = new BatchDesk(answer, { most: 3, spacingMs: 60_000 })
  expect(await desk.ask('first')).toBe('FIRST')
  const second = desk.ask('second')
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  expect(told).toEqual([['first']])
  expect(await Promise.all([second, desk.ask('third'), desk.ask('fourth')])).toEqual(['SECOND', 'THIRD', 'FOURTH'])
})

test('one that cannot be answered does not hold up the others, and those that come meanwhile follow', async () => {
  told.length = 0
  const desk = new BatchDesk(answer, { most: 10 })
  const ends = Promise.allSettled([desk.ask('one'), desk.ask('bad'), desk.ask('two')])
  await desk.settled()
  expect((await ends).map((end) => (end.status === 'fulfilled' ? end.value : String(end.reason)))).toEqual([
    'ONE',
    'Error: no answer to bad',
    'TWO',
  ])
  expect(await desk.ask('three')).toBe('THREE')
})
