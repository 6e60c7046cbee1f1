import fc from 'fast-check'
import { expect, test } from 'vitest'
import { opensAt } from './openings'
import { type ChangeWindow, PolicyRulesSchema, weekdays } from './schema'

const office: ChangeWindow = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00', zone: 'Europe/Berlin' }
const opens = (at: string, windows: ChangeWindow[], freezes: { from: string; to: string; reason: string }[] = []) =>
  opensAt({ windows, freezes }, new Date(at))?.toISOString() ?? 'now'

test('a change starts within its hours by the clocks of their place, in winter and in summer', () => {
  expect(opens('2026-11-27T16:00:00Z', [office])).toBe('2026-11-30T08:00:00.000Z')
  expect(opens('2026-11-27T15:59:59Z', [office])).toBe('now')
  expect(opens('2026-07-03T15:00:00Z', [office])).toBe('2026-07-06T07:00:00.000Z')
  const night: ChangeWindow = { days: ['sat'], from: '22:00', to: '02:00', zone: 'Asia/Kathmandu' }
  expect(opens('2026-11-28T20:00:00Z', [night])).toBe('now')
  expect(opens('2026-11-28T20:15:00Z', [night])).toBe('2026-12-05T16:15:00.000Z')
})

test('a freeze shuts every window, and what it ends in decides when the next one opens', () => {
  const freeze = { from: '2026-12-18T12:00:00Z', to: '2027-01-02T12:00:00Z', reason: 'holidays' }
  expect(opens('2026-12-18T12:00:00Z', [office], [freeze])).toBe('2027-01-04T08:00:00.000Z')
  expect(opens('2026-12-18T11:59:00Z', [office], [freeze])).toBe('now')
  expect(opens('2026-12-20T00:00:00Z', [], [freeze])).toBe('2027-01-02T12:00:00.000Z')
})

test('an hour that clocks leap over opens where they land, and one they show twice opens once', () => {
  const early: ChangeWindow = { days: ['sun'], from: '02:30', to: '04:00', zone: 'Europe/Berlin' }
  expect(opens('2026-03-28T12:00:00Z', [early])).toBe('2026-03-29T01:00:00.000Z')
  const gone: ChangeWindow = { ...early, to: '02:45' }
  expect(opens('2026-03-28T12:00:00Z', [gone])).toBe('2026-04-05T00:30:00.000Z')
  expect(opens('2026-10-24T12:00:00Z', [early])).toBe('2026-10-25T00:30:00.000Z')
})

test('what is said to open next is the first minute that is open', () => {
  const time = fc
    .integer({ min: 0, max: 95 })
    .map((n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`)
  const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai', 'Pacific/Apia')
  const window = fc
    .record({ days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), from: time, to: time, zone })
    .filter(({ from, to }) => from !== to)
  // Around the days on which clocks of these places leap.
  const begin = fc
    .constantFrom('2026-03-28', '2026-03-07', '2026-10-03', '2026-10-24', '2026-10-31', '2026-04-04')
    .map((day) => Date.parse(`${day}T00:00:00Z`))
  fc.assert(
    fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), begin, fc.integer({ min: 0, max: 2879 }), (windows, day, minute) => {
      const now = day + minute * 60_000
      const next = opensAt({ windows, freezes: [] }, new Date(now))?.getTime() ?? now
      expect(opensAt({ windows, freezes: [] }, new Date(next))).toBeNull()
      for (let at = now; at < next; at += 15 * 60_000) expect(opensAt({ windows, freezes: [] }, new Date(at))).not.toBeNull()
      if (next > now) expect(opensAt({ windows, freezes: [] }, new Date(next - 60_000))).not.toBeNull()
    }),
    { numRuns: 60 },
  )
})

test('rules that could never be kept are refused with the place where they stand', () => {
  const rules = { approvals: 1, roles: ['owner'], windows: [], freezes: [], expiryHours: null }
  const pathsOf = (change: object) =>
    PolicyRulesSchema.safeParse({ ...rules, ...change }).error?.issues.map((issue) => issue.path.join('.'))
  expect(pathsOf({})).toBeUndefined()
  expect(pathsOf({ windows: [{ ...office, zone: 'Mars/Base' }] })).toEqual(['windows.0.zone'])
  expect(pathsOf({ windows: [{ ...office, to: '09:00' }] })).toEqual(['windows.0.to'])
  expect(pathsOf({ windows: [{ ...office, days: [] }] })).toEqual(['windows.0.days'])
  expect(pathsOf({ freezes: [{ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z', reason: 'late' }] })).toEqual(['freezes.0.to'])
  expect(pathsOf({ roles: [], expiryHours: 73 })).toEqual(['roles', 'expiryHours'])
})
