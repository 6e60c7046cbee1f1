import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { whyNotDescribe, whyNotMoveCluster } from './cluster-gate'
import { lockCluster, moveCluster } from './move-cluster'
import { ClusterLabelsSchema, RegionSchema } from './views'

export const clusterActs = ['maintain', 'end_maintenance'] as const
export const OperateClusterSchema = z.object({ clusterId: z.string(), act: z.enum(clusterActs) })

/** An operator begins or ends work on a cluster. */
export async function operateCluster(actor: Actor, { clusterId, act }: z.infer<typeof OperateClusterSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    refuse(whyNotMoveCluster(actor, act, cluster))
    await moveCluster(tx, actor, cluster, act)
  })
}

export const DescribeClusterSchema = z.object({ clusterId: z.string(), region: RegionSchema, labels: ClusterLabelsSchema })

/** Where it is, and what placements may ask of it. */
export async function describeCluster(actor: Actor, { clusterId, region, labels }: z.output<typeof DescribeClusterSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    refuse(whyNotDescribe(actor, cluster))
    await tx.cluster.update({ where: { id: clusterId }, data: { region: region || null } })
    await tx.runtime.update({ where: { id: cluster.runtimeId }, data: { labels } })
    await writeEvent(tx, actor, {
      name: 'cluster.described',
      subject: { kind: 'cluster', id: clusterId },
      data: {
        name: cluster.runtime.name,
        before: { region: cluster.region, labels: cluster.runtime.labels },
        after: { region: region || null, labels },
      },
    })
  })
}
