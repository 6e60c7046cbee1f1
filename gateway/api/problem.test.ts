import { expect, test } from 'vitest'
import { wholeJson } from './problem'

test('a refusal that repeats what cannot be kept can be kept itself', () => {
  const said = wholeJson({ fields: { 'half \ud83d': 'nul \0' }, title: 'whole \ud83d\ude00' })
  expect(JSON.parse(said)).toEqual({ fields: { 'half \ufffd': 'nul \ufffd' }, title: 'whole \ud83d\ude00' })
})
