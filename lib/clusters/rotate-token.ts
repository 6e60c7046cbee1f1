import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Cluster } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { issueToken } from '@/lib/drivers/kubernetes/issue-token'
import { writeEvent } from '@/lib/events/write-event'
import { accessColumns, accessOfCluster } from './cluster-access'
import { lockCluster } from './move-cluster'
import { tokenSeconds } from './take-access'

const actor = systemActor('observer')

const clockLeewayMs = 60_000

/** A token is replaced at half of its life: many looks are left before its end. */
export function isRotationDue({ isRotated, credentialSetAt, credentialExpiresAt }: Cluster): boolean {
  if (!isRotated) return false
  // The hub's clock was set back since: nothing that was written by it holds.
  if (!credentialExpiresAt || credentialSetAt.getTime() > clock.nowMs() + clockLeewayMs) return true
  return clock.nowMs() >= (credentialSetAt.getTime() + credentialExpiresAt.getTime()) / 2
}

/** A new token of the hub's own account in place of the one that nears its end. The old one simply ends. */
export async function rotateToken(cluster: Cluster, client: KubernetesClient): Promise<void> {
  const { token, expiresAt } = await issueToken(client, tokenSeconds)
  await transaction(async (tx) => {
    const now = await lockCluster(tx, cluster.id)
    // Replaced by a person meanwhile.
    if (now.accessRevision !== cluster.accessRevision) return
    const access = { ...accessOfCluster(now), credential: { kind: 'token' as const, token } }
    await tx.cluster.update({
      where: { id: now.id },
      data: {
        ...accessColumns(now.id, access),
        credentialSetAt: clock.now(),
        credentialExpiresAt: expiresAt,
        accessRevision: { increment: 1 },
      },
    })
    await writeEvent(tx, actor, {
      name: 'cluster.token_rotated',
      subject: { kind: 'cluster', id: now.id },
      data: { name: now.runtime.name },
    })
  })
}
