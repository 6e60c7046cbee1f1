import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import { whyNotStay } from './cluster-gate'
import { factsOfHeld, holdCluster } from './hold-cluster'
import { withdrawRemovals } from './let-go'

export const StayClusterSchema = z.object({ clusterId: z.string() })

/** Ends a removal that waits for what lives there: what is there stays, and the cluster with it. */
export async function stayCluster(actor: Actor, { clusterId }: z.infer<typeof StayClusterSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const held = await holdCluster(tx, clusterId)
    const { cluster, residents } = held
    refuse(whyNotStay(actor, factsOfHeld(held)))
    for (const { id } of residents) await withdrawRemovals(tx, actor, id)
    await tx.placement.updateMany({ where: { runtimeId: cluster.runtimeId }, data: { leavingSince: null } })
    await tx.cluster.update({ where: { id: clusterId }, data: { removingSince: null, removal: null } })
    await writeEvent(tx, actor, {
      name: 'cluster.removal_ended',
      subject: { kind: 'cluster', id: clusterId },
      data: { name: cluster.runtime.name, before: { removal: cluster.removal }, after: { removal: null } },
    })
  })
}
