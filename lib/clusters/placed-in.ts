import type { Cluster, Prisma } from '@/lib/db/generated/client'

/** Services that run there, or shall. What was removed, or never came to be, keeps nobody. */
export const placedIn = ({ runtimeId }: Pick<Cluster, 'runtimeId'>): Prisma.PlacementWhereInput => ({
  runtimeId,
  OR: [{ count: { gt: 0 } }, { wantedCount: { gt: 0 } }, { workload: { state: { notIn: ['none', 'removed'] } } }],
})
