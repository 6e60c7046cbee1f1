import { expect, test } from 'vitest'
import { logLine, splitStamp } from './pod-log-views'

test.each([
  ['2026-11-29T08:21:40.966306123Z hello  pods', '2026-11-29T08:21:40.966306123Z', 'hello  pods', '2026-11-29T08:21:40.966Z'],
  ['2026-11-29T08:21:40+01:00 ', '2026-11-29T08:21:40+01:00', '', '2026-11-29T07:21:40.000Z'],
  ['2026-11-29T08:21:40Z', '2026-11-29T08:21:40Z', '', '2026-11-29T08:21:40.000Z'],
])('a line has the time that its cluster gave it: %s', (line, stamp, text, at) => {
  expect(splitStamp(line)).toEqual({ stamp, text })
  expect(logLine(line)).toEqual({ at, text })
})

test.each(['failed to create fsnotify watcher: too many open files', '', '2026-13-29T08:21:40Z no such month'])(
  'a line without one stays whole, and is no time: %s',
  (line) => {
    expect(splitStamp(line)).toBeNull()
    expect(logLine(line)).toEqual({ at: null, text: line })
  },
)
