import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { refuseMissing, takenColumns } from './add-cluster'
import { whyNotDescribe } from './cluster-gate'
import { worded } from './kubeconfig-refusal'
import { lockCluster } from './move-cluster'
import { AccessChoiceSchema, takeAccess } from './take-access'

export const ReplaceCredentialSchema = AccessChoiceSchema.extend({ clusterId: z.string() })

/** Another credential, or another address, of the same cluster. What runs there does not notice. */
export async function replaceCredential(actor: Actor, { clusterId, ...choice }: z.output<typeof ReplaceCredentialSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  // Before anything is asked, or made, anywhere.
  await transaction(async (tx) => refuse(whyNotDescribe(actor, await lockCluster(tx, clusterId))))
  const taken = await worded(() => takeAccess(choice))
  refuseMissing(taken)
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    refuse(whyNotDescribe(actor, cluster))
    if (taken.identity !== cluster.identity)
      throw new AppError('conflict', `This kubeconfig leads to another cluster than ${cluster.runtime.name}.`, { reason: 'cluster_other' })
    await tx.cluster.update({ where: { id: clusterId }, data: { ...takenColumns(clusterId, taken), accessRevision: { increment: 1 } } })
    await writeEvent(tx, actor, {
      name: 'cluster.credential_replaced',
      subject: { kind: 'cluster', id: clusterId },
      data: {
        name: cluster.runtime.name,
        before: { account: cluster.account ?? '', server: cluster.server },
        after: { account: taken.account ?? '', server: taken.access.server },
      },
    })
  })
}
