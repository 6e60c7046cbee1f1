import * as z from 'zod'

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
const durationPattern = /^(\d{1,6})(ms|s|m|h)$/

/** `10s`, `500ms`, `5m`, `1h` → milliseconds. */
export function durationMs(duration: string): number {
  const match = durationPattern.exec(duration)
  if (!match) throw new Error(`${duration} is not a duration such as 10s.`)
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
}

export const Duration = z.string().regex(durationPattern, 'must be a duration such as 500ms, 10s, 5m or 1h')
