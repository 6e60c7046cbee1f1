import { db } from '@/lib/db/client'
import { groupBy } from '@/lib/group-by'

/** In which environments a service is, as far as that decides about what may be done with it. */
export interface Spread {
  readonly inTest: boolean
  readonly everywhere: boolean
}

export const nowhere: Spread = { inTest: false, everywhere: false }

/** A stage of which a removal left nothing placed does not count. */
export async function spreadOf(serviceIds: readonly string[]): Promise<Map<string, Spread>> {
  const stages = await db.stage.findMany({
    where: { serviceId: { in: [...new Set(serviceIds)] } },
    select: { serviceId: true, environment: true, releaseId: true, placements: { select: { count: true, wantedCount: true } } },
  })
  return new Map(
    [...groupBy(stages, (stage) => stage.serviceId)].map(([serviceId, mine]) => {
      const placed = mine.filter((stage) => stage.placements.some((placement) => placement.count > 0 || placement.wantedCount > 0))
      const inTest = mine.some((stage) => stage.environment === 'test' && stage.releaseId !== null)
      return [serviceId, { inTest, everywhere: placed.length > 1 }] as const
    }),
  )
}
