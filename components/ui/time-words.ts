export interface Span {
  unit: 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks'
  n: number
}

/** One unit is enough for an age: nobody acts on "3 h 12 min ago". */
export function roughly(ms: number): Span {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return { unit: 'seconds', n: seconds }
  if (seconds < 3600) return { unit: 'minutes', n: Math.floor(seconds / 60) }
  if (seconds < 86_400) return { unit: 'hours', n: Math.floor(seconds / 3600) }
  if (seconds < 86_400 * 21) return { unit: 'days', n: Math.floor(seconds / 86_400) }
  return { unit: 'weeks', n: Math.floor(seconds / (86_400 * 7)) }
}

/** Durations keep a second unit below a day, and tenths below ten seconds. */
export function precisely(
  ms: number,
): [
  key: 'tenths' | 'seconds' | 'minutes' | 'minutesSeconds' | 'hours' | 'hoursMinutes' | 'days' | 'daysHours',
  values: Record<string, number | string>,
] {
  const tenths = Math.max(0, Math.round(ms / 100)) / 10
  if (tenths < 10) return ['tenths', { n: tenths.toFixed(1) }]
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return ['seconds', { n: seconds }]
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? ['minutes', { n: minutes }] : ['minutesSeconds', { m: minutes, s: seconds % 60 }]
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? ['hours', { n: hours }] : ['hoursMinutes', { h: hours, m: minutes % 60 }]
  const days = Math.floor(hours / 24)
  return days >= 7 || hours % 24 === 0 ? ['days', { n: days }] : ['daysHours', { d: days, h: hours % 24 }]
}
