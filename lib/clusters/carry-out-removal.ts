import { systemActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { KubernetesError } from '@/lib/drivers/kubernetes/errors'
import { dropHubAccount } from '@/lib/drivers/kubernetes/hub-account'
import { dropNamespace, releaseNamespace } from '@/lib/drivers/kubernetes/tend-namespace'
import { dropCluster } from './drop-cluster'
import { holdCluster } from './hold-cluster'
import { hubLabel, type WantedNamespace, wantedNamespaces } from './wanted-namespaces'

const actor = systemActor('observer')

/** One step of a removal that was begun; true once the cluster is gone from here. Goes on from whatever is left. */
export async function carryOutRemoval(cluster: Cluster, client: KubernetesClient): Promise<boolean> {
  const ours = (await wantedNamespaces(cluster)).filter(({ row }) => row.state !== 'foreign')
  const done = await Promise.all(ours.map((one) => takeOut(cluster, client, one)))
  if (!done.every(Boolean)) return false
  await dropHubAccount(client, await hubLabel()).catch(alreadyDropped)
  return transaction(async (tx) => {
    const { cluster: row, residents } = await holdCluster(tx, cluster.id)
    if (residents.length > 0) return false
    await dropCluster(tx, actor, row, 'cluster.removed')
    return true
  })
}

/** The account went at an earlier try that could not be written down: the cluster does not know us any more. */
function alreadyDropped(error: unknown): void {
  if (!(error instanceof KubernetesError && error.status === 401)) throw error
}

async function takeOut({ id, removal }: Cluster, client: KubernetesClient, { row, wish }: WantedNamespace): Promise<boolean> {
  // What was there before the hub, and what was left running, stays to those whose it is.
  const isDeleted = removal === 'delete' && row.adoptedAt === null && !row.keepsWork
  if (!(await (isDeleted ? dropNamespace(client, wish) : releaseNamespace(client, wish)))) return false
  await db.clusterNamespace.deleteMany({ where: { clusterId: id, applicationId: row.applicationId } })
  return true
}
