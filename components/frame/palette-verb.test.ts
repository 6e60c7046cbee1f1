import { expect, test } from 'vitest'
import { splitVerb } from './palette-verb'

const verbs = [
  { act: 'restart', word: 'Restart' },
  { act: 'rollback', word: 'Roll back' },
]

test('a verb before a name is the action, and only the name is looked for', () => {
  expect(splitVerb('restart gree', verbs)).toEqual({ act: 'restart', rest: 'gree' })
  expect(splitVerb('Roll back  greeter', verbs)).toEqual({ act: 'rollback', rest: 'greeter' })
})

test('without a name after it, or without a verb before it, the words are looked for as they are', () => {
  expect(splitVerb('restart', verbs)).toEqual({ act: null, rest: 'restart' })
  expect(splitVerb('restarter x', verbs)).toEqual({ act: null, rest: 'restarter x' })
  expect(splitVerb('greeter', verbs)).toEqual({ act: null, rest: 'greeter' })
})
