import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { whyNotForget } from './cluster-gate'
import { dropCluster } from './drop-cluster'
import { factsOfHeld, type HeldCluster, holdCluster, insistName, NamedClusterSchema } from './hold-cluster'
import { letGo } from './let-go'

export const ForgetClusterSchema = NamedClusterSchema

/** One that does not answer, and perhaps never will: all that the hub made in it stays there, and a line of the ledger says of each what. */
export async function forgetCluster(actor: Actor, { clusterId, typedName }: z.infer<typeof ForgetClusterSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const held = await holdCluster(tx, clusterId)
    refuse(whyNotForget(actor, factsOfHeld(held)))
    insistName(held.cluster, typedName)
    insistFresh(actor, 'cluster.remove')
    await forgetHeld(tx, actor, held)
  })
}

/** What lives there is written down, whoever decides that the cluster is gone. */
export async function forgetHeld(tx: Tx, actor: Actor, { cluster, residents }: HeldCluster): Promise<void> {
  await letGo(tx, actor, { cluster, residents, why: { code: 'because_forgotten' } })
  await dropCluster(tx, actor, cluster, 'cluster.forgotten')
}
