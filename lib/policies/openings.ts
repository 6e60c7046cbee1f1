import { type ChangeWindow, type Freeze, type PolicyRules, weekdays } from './schema'
import { dayMs, instantsOf, localOf, minuteMs } from './zoned'

type Times = Pick<PolicyRules, 'windows' | 'freezes'>

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))

/** Whether clocks in its place show an hour of this window. */
function isWithin({ days, from, to, zone }: ChangeWindow, atMs: number): boolean {
  const { weekday, minute } = localOf(atMs, zone)
  const isDay = (day: number) => days.includes(weekdays[(day + 7) % 7] as (typeof weekdays)[number])
  const [begin, end] = [minuteOf(from), minuteOf(to)]
  if (begin < end) return isDay(weekday) && minute >= begin && minute < end
  return (isDay(weekday) && minute >= begin) || (isDay(weekday - 1) && minute < end)
}

export const freezeAt = ({ freezes }: Pick<Times, 'freezes'>, atMs: number): Freeze | undefined =>
  freezes.find(({ from, to }) => Date.parse(from) <= atMs && atMs < Date.parse(to))

const isInWindow = ({ windows }: Times, atMs: number): boolean => windows.length === 0 || windows.some((window) => isWithin(window, atMs))

/** When changes may start next; null = now. */
export function opensAt(times: Times, now: Date): Date | null {
  let atMs = now.getTime()
  for (;;) {
    const freeze = freezeAt(times, atMs)
    if (freeze) atMs = Date.parse(freeze.to)
    else if (isInWindow(times, atMs)) break
    else atMs = Math.min(...times.windows.map((window) => nextBegin(window, atMs)))
  }
  return atMs === now.getTime() ? null : new Date(atMs)
}

/** The next instant at which a window that is shut opens. Every one has a day a week, and clocks leap over less than one. */
function nextBegin(window: ChangeWindow, atMs: number): number {
  const today = localOf(atMs, window.zone).wallMs
  const midnight = today - (today % dayMs)
  for (let day = -1; ; day++) {
    const opens = beginOn(window, midnight + day * dayMs)
    if (opens !== undefined && opens > atMs) return opens
  }
}

/** The instant at which it opens on a day; where clocks leap over its beginning, the one at which they land in it. */
function beginOn(window: ChangeWindow, midnight: number): number | undefined {
  const weekday = (new Date(midnight).getUTCDay() + 6) % 7
  if (!window.days.includes(weekdays[weekday] as (typeof weekdays)[number])) return undefined
  let [shut, open] = instantsOf(midnight + minuteOf(window.from) * minuteMs, window.zone)
  if (isWithin(window, shut)) return shut
  if (!isWithin(window, open)) return undefined
  while (open - shut > minuteMs) {
    const middle = shut + Math.floor((open - shut) / 2 / minuteMs) * minuteMs
    if (isWithin(window, middle)) open = middle
    else shut = middle
  }
  return open
}
