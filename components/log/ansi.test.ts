import { expect, test } from 'vitest'
import { ansiPieces } from './ansi'

test('colours become classes of ours, never styles', () => {
  expect(ansiPieces('\u001b[31mfatal\u001b[0m: no')).toEqual([
    { text: 'fatal', className: 'a-red' },
    { text: ': no', className: undefined },
  ])
})

test('markup stays text', () => {
  expect(ansiPieces('<img src=x onerror=alert(1)>\u001b[1m<b>')).toEqual([
    { text: '<img src=x onerror=alert(1)>', className: undefined },
    { text: '<b>', className: 'a-bold' },
  ])
})

test('titles, links and other controls are dropped', () => {
  const shown = ansiPieces('\u001b]0;title\u0007a\u0008b\u001b]8;;http://x\u001b\\c\u0000')
  expect(shown.map((piece) => piece.text).join('')).toBe('abc')
})

test('a line without end is cut', () => {
  expect(ansiPieces('x'.repeat(1_000_000))[0]?.text.length).toBeLessThan(4100)
})
