import { expect, test } from 'vitest'
import {
  extendTo,
  filterOf,
  newest,
  nothingSelected,
  type PageRows,
  pageState,
  type Selection,
  togglePage,
  toggleRow,
  without,
} from './selection'

const pageOf = (...keys: string[]): PageRows<string> => new Map(keys.map((key) => [key, key.toUpperCase()]))
const page = pageOf('a', 'b', 'c', 'd', 'e')
const keys = (selection: Selection<string>) => [...selection.rows.keys()].sort().join('')
const none = nothingSelected<string>()

test('a row is chosen and left out again', () => {
  const one = toggleRow(none, page, 'b')
  expect(keys(one)).toBe('b')
  expect(keys(toggleRow(one, page, 'b'))).toBe('')
})

test('a range goes from the last touched row to this one, in either direction, and the same way as this one', () => {
  const down = toggleRow(toggleRow(none, page, 'b'), page, 'd', true)
  expect(keys(down)).toBe('bcd')
  expect(keys(toggleRow(toggleRow(none, page, 'd'), page, 'a', true))).toBe('abcd')
  expect(keys(toggleRow(toggleRow(down, page, 'e'), page, 'c', true))).toBe('b')
})

test('an anchor on another page begins no range', () => {
  const elsewhere = toggleRow(none, pageOf('x', 'y'), 'x')
  expect(keys(toggleRow(elsewhere, page, 'c', true))).toBe('cx')
  expect(keys(toggleRow(none, page, 'c', true))).toBe('c')
})

test('a range taken on by key grows and shrinks from where it began', () => {
  const one = toggleRow(none, page, 'b')
  const three = extendTo(extendTo(one, page, { from: 'b', to: 'c' }), page, { from: 'c', to: 'd' })
  expect(keys(three)).toBe('bcd')
  expect(keys(extendTo(three, page, { from: 'd', to: 'c' }))).toBe('bc')
  expect(keys(extendTo(none, page, { from: 'd', to: 'c' }))).toBe('cd')
})

test('the head chooses the rows of this page only, then leaves them out, and keeps those of other pages', () => {
  const elsewhere = toggleRow(none, pageOf('x'), 'x')
  expect(pageState(elsewhere, page)).toBe('none')
  const some = toggleRow(elsewhere, page, 'a')
  expect(pageState(some, page)).toBe('some')
  const all = togglePage(some, page)
  expect([keys(all), pageState(all, page)]).toEqual(['abcdex', 'all'])
  expect(keys(togglePage(all, page))).toBe('x')
  expect(keys(without(all, ['a', 'x']))).toBe('bcde')
})

test('what is seen now stands for what was chosen before', () => {
  const chosen = toggleRow(toggleRow(none, page, 'a'), pageOf('x'), 'x')
  expect(newest(chosen, new Map([['a', 'newer']]))).toEqual(['newer', 'X'])
})

test('turning the page or sorting is no other filter', () => {
  const of = (query: string) => filterOf(new URLSearchParams(query))
  expect(of('health=healthy&after=abc&sort=-name&hide=release')).toBe(of('health=healthy'))
  expect(of('environment=test&q=web')).toBe(of('q=web&before=abc&environment=test'))
  expect(of('q=web')).not.toBe(of('q=we'))
})
