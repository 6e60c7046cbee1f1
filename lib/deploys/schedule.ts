import { clock } from '@/lib/clock'
import type { DeployRecord } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'

type Scheduled = Pick<DeployRecord, 'notBefore'>

/** The later of the two: a scheduled record has its place in the line, and its time to decide, from its own time on. */
export const noSooner = ({ notBefore }: Scheduled, at: Date): Date => (notBefore && notBefore > at ? notBefore : at)

export const isForLater = ({ notBefore }: Scheduled): boolean => notBefore !== null && notBefore > clock.now()

/** Further ahead nobody knows what will run then. */
const mostDays = 90
const dayMs = 24 * 3_600_000

/** A time that somebody asks for; one that has passed would start at once, which nobody meant. */
export function readNotBefore(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const at = new Date(text)
  const ahead = at.getTime() - clock.nowMs()
  if (ahead <= 0) throw new AppError('invalid', 'This time has passed.', { fields: { notBefore: 'has passed' } })
  if (ahead > mostDays * dayMs)
    throw new AppError('invalid', `A deploy is scheduled at most ${mostDays} days ahead.`, { fields: { notBefore: 'is too far ahead' } })
  return at
}
