import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { logsKeptDays } from '@/lib/pace'

const dayMs = 24 * 3_600_000
const deliveriesKeptDays = 30

/** What was heard long ago, and what was sent: the events that both came from stand in the audit. */
export async function tendNotices(): Promise<void> {
  const before = (days: number) => new Date(clock.nowMs() - days * dayMs)
  await db.notice.deleteMany({ where: { at: { lt: before(logsKeptDays) } } })
  await db.webhookDelivery.deleteMany({ where: { state: { not: 'waiting' }, createdAt: { lt: before(deliveriesKeptDays) } } })
}
