import { expect, test } from 'vitest'
import { shapeOf, toldBy } from './chart-shape'

test('a line breaks where nothing is known, and a lone point is a dot', () => {
  const { line, area, top } = shapeOf([0, 5, null, 10, null, null, 2.5, 5], 10)
  expect(line).toBe('M0 100L1 50M3 0h.01M6 75L7 50')
  expect(area).toBe('M0 100L0 100L1 50L1 100ZM6 100L6 75L7 50L7 100Z')
  expect(top).toBe(10)
  expect(shapeOf([20], 10).top).toBe(20)
  expect(shapeOf([null], 0)).toEqual({ line: '', area: '', top: 1 })
})

test('what a chart says in words: the newest, the most, and how much is missing in between', () => {
  expect(toldBy([null, null, 3, null, 9, 4, null])).toEqual({ now: 4, most: { value: 9, index: 4 }, unknown: 1 })
  expect(toldBy([1, null, null])).toEqual({ now: null, most: { value: 1, index: 0 }, unknown: 1 })
  expect(toldBy([null])).toEqual({ now: null, most: null, unknown: 0 })
})
