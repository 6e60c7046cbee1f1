import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'

export type ObservedCluster = Cluster

/** All that are looked after, those under removal too. */
export const observedClusters = (): Promise<ObservedCluster[]> => db.cluster.findMany({ where: { removedAt: null } })
