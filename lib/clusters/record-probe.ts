import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { freshnessOf } from '@/lib/machines/freshness'
import type { Sentence } from '@/lib/views'
import { type ClusterRow, moveCluster, rewordCluster } from './move-cluster'

const actor = systemActor('observer')

/** It does not let the hub in, or is another one: waiting changes nothing about that. */
const atOnce = ['cluster_credential_refused', 'cluster_untrusted', 'cluster_denied']

/**
 * One look at a cluster: it answered, or why it did not. The only place where its silence becomes a state. Who has just begun to look has
 * not heard its silence: that nobody asked for a while is not the cluster's doing.
 */
export async function recordProbe(clusterId: string, trouble: Sentence | null, lookingSince = new Date(0)): Promise<void> {
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
  const event = eventOf(cluster, trouble, lookingSince)
  if (event) await transaction((tx) => moveCluster(tx, actor, cluster, event, event === 'lose' ? trouble : null))
  else if (trouble && isOtherReason(cluster, trouble)) await transaction((tx) => rewordCluster(tx, cluster, trouble))
}

/** What keeps it away may change while it is away: first nobody answered, now what answers is not believed. */
const isOtherReason = ({ state, stateReason }: ClusterRow, { code }: Sentence): boolean =>
  state === 'offline' && code !== stateReason && code !== 'cluster_resting'

function eventOf(cluster: ClusterRow, trouble: Sentence | null, lookingSince: Date): 'find' | 'lose' | undefined {
  if (trouble === null) return cluster.state === 'offline' ? 'find' : undefined
  if (cluster.state !== 'ready') return undefined
  const isSilent = [cluster.heardAt, lookingSince].every((heardAt) => freshnessOf({ heardAt }) === 'unknown')
  return atOnce.includes(trouble.code) || isSilent ? 'lose' : undefined
}
