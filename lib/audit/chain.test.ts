import { expect, test } from 'vitest'
import { hashOf, type SealedEvent } from './chain'

const event = (id: number, name: string): SealedEvent => [String(id), name]
const last = (seals: readonly (readonly SealedEvent[])[]) => seals.reduce((previous, events) => hashOf(previous, events), '')

test('whoever rewrites what was sealed long ago cannot keep the last seal as it was, not even with the key that signs', () => {
  const seals = [[event(1, 'a'), event(2, 'b')], [event(3, 'c')], [event(4, 'd')]]
  const rewritten = [
    [[event(1, 'x'), event(2, 'b')], ...seals.slice(1)],
    [[event(2, 'b'), event(1, 'a')], ...seals.slice(1)],
    seals.slice(1),
    [...seals.slice(0, 1), ...seals.slice(2)],
  ]
  expect(last(seals)).toBe(last(seals))
  expect(rewritten.map(last)).not.toContain(last(seals))
})
