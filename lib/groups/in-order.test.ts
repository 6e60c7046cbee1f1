import { expect, test } from 'vitest'
import { inOrder, inOrderAsFar } from './in-order'

const names = (all: Record<string, string[]>) =>
  inOrder(Object.entries(all).map(([name, needs]) => ({ name, needs }))).map(({ name }) => name)

test('nobody comes before those it needs, and otherwise they stay as given', () => {
  expect(names({ proxy: ['web'], web: ['redis', 'mail'], mail: [], redis: [] })).toEqual(['mail', 'redis', 'web', 'proxy'])
  // Somebody outside, or itself, keeps nobody waiting.
  expect(names({ b: ['elsewhere', 'b'], a: [] })).toEqual(['b', 'a'])
})

test('a circle is refused with those in it; where it is there already it is gone through, and who needs it comes after', () => {
  expect(() => names({ c: [], a: ['b'], b: ['a'] })).toThrow('a, b need each other in a circle')
  const circle = Object.entries({ web: ['a'], a: ['b'], b: ['c', 'redis'], c: ['a'], redis: [] })
  const done = inOrderAsFar(circle.map(([name, needs]) => ({ name, needs })))
  expect(done.map(({ name }) => name)).toEqual(['redis', 'a', 'web', 'c', 'b'])
})
