import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Pace, pace } from '@/lib/pace'
import { type SignalName, signalNames } from './signal-views'
import { flapTimes, hasComeBack, nextSignal, type Reading, type SignalRow, signals } from './signals'

// Paces are read from an environment, which has to name a database.
beforeAll(() => void vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1/none'))
afterAll(() => void vi.unstubAllEnvs())

const start = Date.parse('2026-11-28T08:00:00Z')

const well: Reading = {
  nowMs: start,
  listeningMs: start - 3_600_000,
  heardMs: start,
  maintenance: false,
  diskMib: 10_000,
  diskFreeMib: 5_000,
  diskTrouble: null,
  clockOffSeconds: 0,
  units: 4,
  failing: { units: 0, services: 0 },
  cameBackMs: [],
}

/** Trouble, what is neither, and well again; a silent machine is of its own kind. */
const signs: Record<Exclude<SignalName, 'not_heard'>, { bad: Partial<Reading>; between?: Partial<Reading> }> = {
  disk_unwritable: { bad: { diskTrouble: 'unwritable' } },
  disk_full: { bad: { diskFreeMib: 499 }, between: { diskFreeMib: 501 } },
  clock_off: { bad: { clockOffSeconds: -121 }, between: { clockOffSeconds: 61 } },
  units_failing: { bad: { failing: { units: 3, services: 2 } } },
  flapping: { bad: { cameBackMs: Array.from({ length: flapTimes }, () => start + 3_600_000) } },
}

/** Looks every two seconds for so long, and returns what it came to. */
function look(signal: SignalName, of: Partial<Reading>, { from, forMs, before }: { from: number; forMs: number; before?: SignalRow }) {
  let row = before
  for (let at = from; at <= from + forMs; at += 2_000) row = nextSignal(signal, row, { ...well, nowMs: at, heardMs: at, ...of })
  return row
}

const wait = (name: Pace | undefined) => (name ? pace(name) : 0)

describe.each(Object.entries(signs))('%s', (name, { bad, between }) => {
  const signal = name as SignalName
  const { raiseAfter, clearAfter } = signals[signal]
  const raised = () => look(signal, bad, { from: start, forMs: wait(raiseAfter) })

  test('counts only once it has lasted', () => {
    expect(look(signal, {}, { from: start, forMs: 0 })).toBeUndefined()
    if (raiseAfter) {
      const seen = look(signal, bad, { from: start, forMs: wait(raiseAfter) - 2_000 })
      expect(seen).toMatchObject({ seenAt: new Date(start), raisedAt: null })
      // Once it is over it begins anew.
      expect(look(signal, {}, { from: start + 2_000, forMs: 0, before: seen! })).toBeUndefined()
    }
    expect(raised()).toMatchObject({ seenAt: new Date(start), raisedAt: new Date(start + wait(raiseAfter)), easedAt: null })
  })

  test('is over only once it has been so for longer, without a pause', () => {
    expect(wait(clearAfter)).toBeGreaterThan(wait(raiseAfter))
    const from = start + wait(raiseAfter) + 2_000
    const easing = look(signal, {}, { from, forMs: wait(clearAfter) - 2_000, before: raised()! })
    expect(easing).toMatchObject({ easedAt: new Date(from) })
    const later = from + wait(clearAfter)
    expect(look(signal, {}, { from: later, forMs: 0, before: easing! })).toBeUndefined()
    const again = nextSignal(signal, easing, { ...well, nowMs: later, heardMs: later, ...bad })
    expect(again).toMatchObject({ raisedAt: raised()?.raisedAt, easedAt: null })
  })

  test('goes neither way between its bounds, nor while the machine is silent', () => {
    const silent = { heardMs: start - 3_600_000 }
    for (const unsure of between ? [between, silent] : [silent]) {
      const from = start + wait(raiseAfter)
      expect(look(signal, { ...bad, ...unsure }, { from, forMs: 3_600_000 })).toBeUndefined()
      expect(look(signal, unsure, { from, forMs: 3_600_000, before: raised()! })).toMatchObject({ easedAt: null })
    }
  })
})

describe('not heard', () => {
  const at = (nowMs: number, heardMs: number, before?: SignalRow, more: Partial<Reading> = {}) =>
    nextSignal('not_heard', before, { ...well, nowMs, heardMs, ...more })

  test('is a fault at the end of the patience, counted from its last word and from when somebody could hear it', () => {
    expect(at(start + pace('unknownAfter'), start)).toBeUndefined()
    expect(at(start + pace('faultPatience') - 1, start)).toMatchObject({ seenAt: new Date(start), raisedAt: null })
    expect(at(start + pace('faultPatience'), start)?.raisedAt).not.toBeNull()
    // A word that no look has seen begins it anew.
    const pending = at(start + pace('unknownAfter') + 1, start)
    expect(at(start + pace('faultPatience'), start + 10_000, pending)).toMatchObject({ seenAt: new Date(start + 10_000), raisedAt: null })
    const listeningMs = start + 1_000
    expect(at(start + pace('faultPatience'), start, undefined, { listeningMs })?.raisedAt).toBeNull()
    expect(at(start + pace('faultPatience'), start, undefined, { maintenance: true })).toBeUndefined()
  })

  test('is over after a steady while only: every silence begins that anew, and counts as one more return', () => {
    const lost = at(start + pace('faultPatience'), start)
    const back = start + 2 * pace('faultPatience')
    expect(hasComeBack(lost, { ...well, nowMs: back, heardMs: back })).toBe(true)
    // A gateway that has just begun to listen has heard nobody.
    expect(hasComeBack(lost, { ...well, nowMs: back, heardMs: start, listeningMs: back })).toBe(false)
    const easing = at(back, back, lost)
    expect(easing).toMatchObject({ easedAt: new Date(back) })
    expect(hasComeBack(easing, { ...well, nowMs: back + 2_000, heardMs: back + 2_000 })).toBe(false)
    const gone = back + pace('unknownAfter') + 1
    const silent = at(gone, back, easing)
    expect(silent).toMatchObject({ easedAt: null })
    const end = gone + pace('heardSteadily')
    expect(at(end, end, silent)).toMatchObject({ easedAt: new Date(end) })
    expect(at(end, end, easing)).toBeUndefined()
  })
})

test('only what keeps a machine from running its units is a fault', () => {
  expect(signalNames.filter((signal) => signals[signal].does === 'fault')).toEqual(['not_heard', 'disk_unwritable'])
})
