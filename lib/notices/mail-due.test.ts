import { expect, test } from 'vitest'
import { mailDueAt } from './mail-due'

test.each([
  ['off', '2026-11-28T06:59:00Z', undefined],
  ['at_once', '2026-11-28T06:59:00Z', '2026-11-28T06:59:00.000Z'],
  ['hourly', '2026-11-28T06:59:00Z', '2026-11-28T07:00:00.000Z'],
  ['hourly', '2026-11-28T23:00:00Z', '2026-11-29T00:00:00.000Z'],
  ['daily', '2026-11-28T06:59:59Z', '2026-11-28T07:00:00.000Z'],
  ['daily', '2026-11-28T07:00:00Z', '2026-11-29T07:00:00.000Z'],
] as const)('a mail that goes %s of what happened at %s is due %s', (way, at, due) => {
  expect(mailDueAt(way, new Date(at))?.toISOString()).toBe(due)
})
