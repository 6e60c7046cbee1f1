/** The clocks of a place, by the runtime's own table of time zones. */

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return zone.length > 0
  } catch {
    return false
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric })
  formats.set(zone, made)
  return made
}

export interface Local {
  /** The date and time that clocks there show, as if it were one of UTC, in milliseconds. */
  readonly wallMs: number
  /** 0 = Monday. */
  readonly weekday: number
  readonly minute: number
}

export const minuteMs = 60_000
export const dayMs = 24 * 60 * minuteMs

/** What clocks there show at an instant, to the minute. */
export function localOf(atMs: number, zone: string): Local {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
  const wallMs = Date.UTC(year, month - 1, day, hour, minute)
  return { wallMs, weekday: (new Date(wallMs).getUTCDay() + 6) % 7, minute: hour * 60 + minute }
}

/** The instants at which clocks there could show this: by their shift of the day before and of the day after, the earlier first. */
export function instantsOf(wallMs: number, zone: string): [number, number] {
  const shifts = [-dayMs, dayMs].map((aside) => localOf(wallMs + aside, zone).wallMs - (wallMs + aside))
  const [first = wallMs, second = wallMs] = shifts.map((shift) => wallMs - shift).sort((a, b) => a - b)
  return [first, second]
}
