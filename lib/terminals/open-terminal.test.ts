import { expect, test } from 'vitest'
import { OpenTerminalSchema } from './open-terminal'

const reads = (argv: string[]) =>
  OpenTerminalSchema.safeParse({ organization: 'harbor', application: 'shop', name: 'web', unitId: 'u', argv }).error?.issues[0]?.message

test('a command is bounded by the bytes that the way to its machine carries, whatever script it is in', () => {
  expect(reads(['echo', 'a'.repeat(3_900)])).toBeUndefined()
  expect(reads(['echo', '界'.repeat(1_900)])).toBeUndefined()
  expect(reads(['echo', '界'.repeat(2_300)])).toContain('at most 6,000 bytes')
  expect(reads(['echo', '"'.repeat(3_900)])).toContain('at most 6,000 bytes')
})
