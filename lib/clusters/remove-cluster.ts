import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { freshnessOf } from '@/lib/machines/freshness'
import { whyNotForget, whyNotRemove } from './cluster-gate'
import { type ClusterRow, lockCluster } from './move-cluster'
import { placedIn } from './placed-in'
import { removals } from './views'

const Named = z.object({ clusterId: z.string(), /** Its name, typed: something may be lost. */ typedName: z.string().max(200) })

export const RemoveClusterSchema = Named.extend({
  /** What becomes of the namespaces that the hub made: deleted with all in them, or left as they are, without the hub's marks. */
  namespaces: z.enum(removals),
})
export const ForgetClusterSchema = Named

const factsFor = async (tx: Tx, cluster: ClusterRow) => ({
  ...cluster,
  placements: await tx.placement.count({ where: placedIn(cluster) }),
  isHeard: freshnessOf(cluster) === 'known',
})

function insistName({ runtime }: ClusterRow, typedName: string): void {
  if (typedName !== runtime.name)
    throw new AppError('invalid', 'Type the cluster’s name to confirm.', { fields: { typedName: 'does not match' } })
}

/** Begins the removal: the observer takes out what the hub made there, whatever happens meanwhile, and only then it is gone. */
export async function removeCluster(
  actor: Actor,
  { clusterId, typedName, namespaces }: z.infer<typeof RemoveClusterSchema>,
): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    refuse(whyNotRemove(actor, await factsFor(tx, cluster)))
    insistName(cluster, typedName)
    insistFresh(actor, 'cluster.remove')
    await tx.runtimeGrant.deleteMany({ where: { runtimeId: cluster.runtimeId } })
    await tx.runtime.update({ where: { id: cluster.runtimeId }, data: { isOffered: false } })
    await tx.cluster.update({ where: { id: clusterId }, data: { removingSince: clock.now(), removal: namespaces } })
    await writeEvent(tx, actor, {
      name: 'cluster.removal_begun',
      subject: { kind: 'cluster', id: clusterId },
      data: { name: cluster.runtime.name, namespaces, before: { removal: cluster.removal }, after: { removal: namespaces } },
    })
  })
}

/** One that does not answer, and perhaps never will: all that the hub made in it stays there. */
export async function forgetCluster(actor: Actor, { clusterId, typedName }: z.infer<typeof ForgetClusterSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This cluster')
  await transaction(async (tx) => {
    const cluster = await lockCluster(tx, clusterId)
    refuse(whyNotForget(actor, await factsFor(tx, cluster)))
    insistName(cluster, typedName)
    insistFresh(actor, 'cluster.remove')
    await dropCluster(tx, actor, cluster, 'cluster.forgotten')
  })
}

/** Its row stays for the history; without name, identity and credential it is in nobody's way. */
export async function dropCluster(tx: Tx, actor: Actor, cluster: ClusterRow, name: 'cluster.removed' | 'cluster.forgotten'): Promise<void> {
  const { id, runtimeId, runtime } = cluster
  const namespaces = await tx.clusterNamespace.findMany({ where: { clusterId: id }, select: { name: true }, take: 100 })
  await tx.clusterNamespace.deleteMany({ where: { clusterId: id } })
  await tx.runtimeGrant.deleteMany({ where: { runtimeId } })
  await tx.runtime.update({
    where: { id: runtimeId },
    data: { name: `${runtime.name} (removed ${clock.now().toISOString()})`, isOffered: false },
  })
  await tx.cluster.update({ where: { id }, data: { removedAt: clock.now(), identity: null, credential: '', authority: null } })
  await writeEvent(tx, actor, {
    name,
    subject: { kind: 'cluster', id },
    data: { name: runtime.name, ...(name === 'cluster.forgotten' ? { left: namespaces.map((one) => one.name) } : {}) },
  })
}
