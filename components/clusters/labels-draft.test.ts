import { expect, test } from 'vitest'
import { labelsText, readLabels } from './labels-draft'

test('labels are read as they are written', () => {
  const labels = { tier: 'gold', 'topology/zone': 'eu-1' }
  expect(readLabels(labelsText(labels))).toEqual(labels)
  expect(readLabels(' tier = gold \n\n a=b=c')).toEqual({ tier: 'gold', a: 'b=c' })
  expect(readLabels('')).toEqual({})
})

test.each(['gold', '=gold', 'tier=', 'a b=c', 'a=1\na=2'])('%j is not taken', (text) => {
  expect(readLabels(text)).toBeUndefined()
})
