import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { writeEvent } from '@/lib/events/write-event'
import { raiseInputs } from '@/lib/services/raise-inputs'
import type { ClusterRow } from './move-cluster'

/**
 * Its row stays for the history; without name, identity and credential it is in nobody's way. Its places go with it: the caller holds their
 * stages, and nothing lives there any more.
 */
export async function dropCluster(tx: Tx, actor: Actor, cluster: ClusterRow, name: 'cluster.removed' | 'cluster.forgotten'): Promise<void> {
  const { id, runtimeId, runtime } = cluster
  const namespaces = await tx.clusterNamespace.findMany({ where: { clusterId: id }, select: { name: true }, take: 100 })
  const placements = await tx.placement.findMany({ where: { runtimeId }, select: { stageId: true } })
  await tx.placement.deleteMany({ where: { runtimeId } })
  await raiseInputs(
    tx,
    placements.map((one) => one.stageId),
  )
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
