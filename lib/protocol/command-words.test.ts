import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCommand, writeCommand } from './command-words'

test('quotes keep words together, and nothing is ever expanded', () => {
  expect(readCommand(`bin/run --say "a b" 'it''s $HOME' c\\ d ""`)).toEqual({ words: ['bin/run', '--say', 'a b', 'its $HOME', 'c d', ''] })
})

test.each(['a && b', 'a | b', 'a > b', 'a $X', 'a `b`', 'a *', 'a; b'])('%s is refused: it asks for a shell', (text) => {
  expect(readCommand(text)).toMatchObject({ problem: 'shell_sign' })
})

test('an open quote is told', () => expect(readCommand('run "a')).toEqual({ problem: 'quote_open' }))

test('whatever words there are read back as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      expect(readCommand(writeCommand(words))).toEqual({ words })
    }),
  )
})
