import { expect, test } from 'vitest'
import { isTooDeep, mostDepth } from './too-deep'

const deep = (levels: number): unknown => JSON.parse(`${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`)

test('an input may be as deep as that, and no deeper, however much deeper it is', () => {
  expect([mostDepth, mostDepth + 2, 100_000].map((levels) => isTooDeep(deep(levels)))).toEqual([false, true, true])
  expect([isTooDeep(null), isTooDeep('x'), isTooDeep({ a: Buffer.alloc(10_000) })]).toEqual([false, false, false])
})
