import type { MailWay } from './views'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Digests of a day go in the morning of most of Europe, in the afternoon of most of Asia. */
const digestHour = 7

/** When what happened goes by mail; null = not at all. */
export function mailDueAt(way: MailWay, at: Date): Date | null {
  const ms = at.getTime()
  if (way === 'off') return null
  if (way === 'at_once') return at
  if (way === 'hourly') return new Date(Math.floor(ms / hourMs) * hourMs + hourMs)
  const today = Math.floor(ms / dayMs) * dayMs + digestHour * hourMs
  return new Date(today > ms ? today : today + dayMs)
}
