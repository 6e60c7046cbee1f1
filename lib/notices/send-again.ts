import { pace } from '@/lib/pace'

/** How long until it is tried again, after so many tries: each pause is three times the one before. */
export const sendAgainMs = (tries: number): number =>
  Math.min(pace('sendAgain') * 3 ** Math.min(Math.max(0, tries - 1), 12), pace('sendAgainMost'))
