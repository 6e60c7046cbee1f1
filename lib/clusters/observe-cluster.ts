import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Cluster } from '@/lib/db/generated/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { probe } from '@/lib/drivers/kubernetes/read-identity'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import type { Sentence } from '@/lib/views'
import { carryOutRemoval } from './carry-out-removal'
import { accessOfCluster, openCluster } from './cluster-access'
import { troubleOf } from './kubeconfig-refusal'
import { isInhabited } from './placed-in'
import { recordProbe } from './record-probe'
import { isRotationDue, rotateToken } from './rotate-token'
import { checkCluster } from './save-facts'
import { tendNamespaces } from './tend-namespaces'
import { tendTerminals } from './tend-terminals'
import { tendWorkloads } from './tend-workloads'
import { hubLabel } from './wanted-namespaces'
import { type Seen, watchFacts } from './watch-facts'

const log = logger('observer')

/** Asks how it is. Null = it answered. */
async function look(client: KubernetesClient): Promise<Sentence | null> {
  try {
    await probe(client, pace('clusterProbe'))
    return null
  } catch (error) {
    const trouble = troubleOf(error)
    if (!trouble) throw error
    return trouble
  }
}

/**
 * Looks after one cluster until told to stop: is it there, what is in it, has every application its namespace, does its token last.
 * Everything it knows is in rows or is seen anew, so it may be stopped at any point. It shares nothing with those of other clusters.
 */
export async function observeCluster(row: Cluster, signal: AbortSignal): Promise<void> {
  const client = openCluster(accessOfCluster(row))
  const seen: Seen = {}
  // Each watch listens for the end.
  setMaxListeners(0, signal)
  const rounds: Rounds = { checkedAt: 0 }
  const lookingSince = clock.now()
  const every = (work: () => Promise<unknown>, everyMs: number) => round(row, work, everyMs, signal)
  try {
    await Promise.all([
      watchFacts({ clusterId: row.id, hubLabel: await hubLabel(), client, seen, signal }),
      every(async () => recordProbe(row.id, await look(client), lookingSince), pace('heartbeat')),
      every(async () => tend(row.id, client, seen, rounds), pace('sweep')),
      tendWorkloads(row, client, signal),
      tendTerminals(row, client, signal),
    ])
  } finally {
    client.close()
  }
}

/** One after the other, with a pause between; a failure waits for the next. */
async function round({ id }: Cluster, work: () => Promise<unknown>, everyMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await work().catch((error: unknown) => log.debug({ err: error, cluster: id }, 'a look at a cluster failed'))
    await sleep(everyMs, undefined, { signal }).catch(() => {})
  }
}

interface Rounds {
  /** When everything was last looked at, whatever was believed of it. */
  checkedAt: number
}

/** What is due in a cluster now, one step of each. */
async function tend(clusterId: string, client: KubernetesClient, { namespaces }: Seen, rounds: Rounds): Promise<void> {
  if (client.isResting) return
  const cluster = await db.cluster.findUnique({ where: { id: clusterId } })
  if (!cluster || cluster.removedAt) return
  const isLeaving = cluster.removingSince !== null
  if (isLeaving && !(await isInhabited(cluster))) return void (await carryOutRemoval(cluster, client))
  if (cluster.state === 'offline') return
  const all = clock.nowMs() - rounds.checkedAt > pace('clusterCheck')
  if (all) await checkCluster(clusterId, client)
  // New applications do not come to what is about to go.
  if (!isLeaving) await tendNamespaces(cluster, client, { seen: namespaces, all })
  if (all) rounds.checkedAt = clock.nowMs()
  if (isRotationDue(cluster)) await rotateToken(cluster, client)
}
