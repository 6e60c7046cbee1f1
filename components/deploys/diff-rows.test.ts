import { expect, test } from 'vitest'
import { countRows, diffRows, splitRows } from './diff-rows'

const text = (...lines: string[]) => `${lines.join('\n')}\n`

test('changed words of a changed line are marked, the rest is not', () => {
  const rows = diffRows(text('a', 'keepalive = 30s', 'b'), text('a', 'keepalive = 75s', 'b'))
  const gone = rows.find((row) => row.kind === 'del')
  expect(gone && 'parts' in gone && gone.parts.filter((part) => part.marked).map((part) => part.text)).toEqual(['30s'])
})

test('lines are numbered on both sides', () => {
  const rows = diffRows(text('1', '2', '3'), text('1', 'x', '2', '3'))
  expect(rows.slice(1).map((row) => 'before' in row && [row.before, row.after])).toEqual([
    [1, 1],
    [null, 2],
    [2, 3],
    [3, 4],
  ])
})

test('a new file is all added lines and has no hunk line', () => {
  const rows = diffRows(null, text('a', 'b'))
  expect(rows.map((row) => row.kind)).toEqual(['add', 'add'])
  expect(countRows(rows)).toEqual({ added: 2, removed: 0 })
})

test('side by side, what went stands beside what came', () => {
  const rows = splitRows(diffRows(text('a', 'b', 'c'), text('a', 'x', 'y', 'c')))
  expect(
    rows.map((row) => [
      row.left && 'before' in row.left ? row.left.before : null,
      row.right && 'after' in row.right ? row.right.after : null,
    ]),
  ).toEqual([
    [null, null],
    [1, 1],
    [2, 2],
    [null, 3],
    [3, 4],
  ])
})

test('texts without end in common are told as a replacement, in bounded time', () => {
  const lines = (prefix: string) => text(...Array.from({ length: 6000 }, (_, i) => `${prefix}${i}`))
  const rows = diffRows(lines('a'), lines('b'))
  expect(countRows(rows)).toEqual({ added: 6000, removed: 6000 })
})
