import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { freshnessOf } from '@/lib/machines/freshness'
import type { Sentence } from '@/lib/views'
import { type ClusterRow, moveCluster } from './move-cluster'

const actor = systemActor('observer')

/** It does not let the hub in, or is another one: waiting changes nothing about that. */
const atOnce = ['cluster_credential_refused', 'cluster_untrusted', 'cluster_denied']

/** One look at a cluster: it answered, or why it did not. The only place where its silence becomes a state. */
export async function recordProbe(clusterId: string, trouble: Sentence | null): Promise<void> {
  if (trouble === null) {
    await db.cluster.updateMany({ where: { id: clusterId, removedAt: null }, data: { heardAt: clock.now(), lastError: null } })
  } else {
    await db.cluster.updateMany({
      where: { id: clusterId, removedAt: null },
      data: { lastError: String(trouble.values.detail ?? trouble.code) },
    })
  }
  const cluster = await db.cluster.findUnique({ where: { id: clusterId }, include: { runtime: true } })
  if (!cluster || cluster.removedAt) return
  const event = eventOf(cluster, trouble)
  if (event) await transaction((tx) => moveCluster(tx, actor, cluster, event, event === 'lose' ? trouble : null))
}

function eventOf(cluster: ClusterRow, trouble: Sentence | null): 'find' | 'lose' | undefined {
  if (trouble === null) return cluster.state === 'offline' ? 'find' : undefined
  if (cluster.state !== 'ready') return undefined
  return atOnce.includes(trouble.code) || freshnessOf(cluster) === 'unknown' ? 'lose' : undefined
}
