import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { checkPlacement } from './check-route'

const log = logger('sweep.check-routes')
const atOnce = 8

/** In clusters the observer notes where a route is reached; at ways in nobody does before it is asked for the first time. */
async function openSights(): Promise<void> {
  const fresh = await db.workload.findMany({
    where: { clusterId: null, shownReleaseId: { not: null }, placement: { routeSight: null } },
    select: { placementId: true },
  })
  if (fresh.length > 0)
    await db.routeSight.createMany({ data: fresh.map(({ placementId }) => ({ placementId, addresses: [] })), skipDuplicates: true })
}

/** Asks the routes that were not asked for the longest time, a bounded number a look. One that hangs keeps nobody but its own hand. */
export async function checkRoutes(limit = 64): Promise<number> {
  await openSights()
  const due = await db.routeSight.findMany({
    where: {
      OR: [{ checkedAt: null }, { checkedAt: { lt: new Date(clock.nowMs() - pace('routeCheck')) } }],
      placement: { workload: { shownReleaseId: { not: null }, state: { notIn: ['removing', 'removed'] } } },
    },
    orderBy: { checkedAt: { sort: 'asc', nulls: 'first' } },
    select: { placementId: true },
    take: limit,
  })
  const waiting = due.map((one) => one.placementId)
  const hand = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      await checkPlacement(next).catch((error: unknown) => log.warn({ err: error }, 'a route was not asked'))
  }
  await Promise.all(Array.from({ length: atOnce }, hand))
  return due.length
}
