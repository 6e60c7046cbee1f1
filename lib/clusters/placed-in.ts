import { db } from '@/lib/db/client'
import type { Cluster, Prisma } from '@/lib/db/generated/client'

/** Services that run somewhere, or shall. What was removed, or never came to be, keeps nobody. */
export const placed = {
  OR: [{ count: { gt: 0 } }, { wantedCount: { gt: 0 } }, { workload: { state: { notIn: ['none', 'removed'] } } }],
} satisfies Prisma.PlacementWhereInput

/** The same of one cluster. */
export const placedIn = ({ runtimeId }: Pick<Cluster, 'runtimeId'>): Prisma.PlacementWhereInput => ({ runtimeId, ...placed })

/** Something lives there: it is looked after until it is gone, whatever becomes of its cluster. */
export const isInhabited = async (cluster: Pick<Cluster, 'runtimeId'>): Promise<boolean> =>
  (await db.placement.count({ where: placedIn(cluster) })) > 0
