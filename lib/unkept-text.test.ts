import { expect, test } from 'vitest'
import { pathOfUnkept } from './unkept-text'

test.each([
  [{ a: ['fine', { b: 'nul \0' }] }, 'a.1.b'],
  [{ a: 'half of one: \ud83d' }, 'a'],
  [{ a: { 'half \udc00': 1 } }, 'a.half \ufffd'],
  [{ a: 'whole: \ud83d\ude00', b: [1, null, true] }, undefined],
])('text that the database cannot keep is found: %j', (value, path) => {
  expect(pathOfUnkept(value)).toBe(path)
})
