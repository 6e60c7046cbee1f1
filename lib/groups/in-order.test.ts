import { expect, test } from 'vitest'
import { inOrder } from './in-order'

const names = (all: Record<string, string[]>) =>
  inOrder(Object.entries(all).map(([name, needs]) => ({ name, needs }))).map(({ name }) => name)

test('nobody comes before those it needs, and otherwise they stay as given', () => {
  expect(names({ proxy: ['web'], web: ['redis', 'mail'], mail: [], redis: [] })).toEqual(['mail', 'redis', 'web', 'proxy'])
  // Somebody outside, or itself, keeps nobody waiting.
  expect(names({ b: ['elsewhere', 'b'], a: [] })).toEqual(['b', 'a'])
})

test('a circle is refused with those in it', () => {
  expect(() => names({ c: [], a: ['b'], b: ['a'] })).toThrow('a, b need each other in a circle')
})
