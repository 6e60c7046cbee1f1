import type { Tx } from '@/lib/db/client'
import type { Organization } from '@/lib/db/generated/client'
import { type ClusterPower, clusterPowers } from '@/lib/protocol/cluster-powers'

/** What an operator lets an organisation have in clusters, as its row says. */
export const powersOf = ({ clusterPowers: kept }: Pick<Organization, 'clusterPowers'>): ClusterPower[] =>
  clusterPowers.filter((power) => kept.includes(power))

export const powersIn = async (tx: Tx, organizationId: string): Promise<ClusterPower[]> =>
  powersOf(await tx.organization.findUniqueOrThrow({ where: { id: organizationId }, select: { clusterPowers: true } }))
