import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { findMissing } from '@/lib/drivers/kubernetes/permissions'
import { readVersion } from '@/lib/drivers/kubernetes/read-identity'
import { tellLive } from '@/lib/events/write-event'
import type { ClusterFacts } from './cluster-facts-views'

/** What was seen in a cluster; written only where it differs, so that a quiet cluster costs nothing. */
export async function saveFacts(clusterId: string, facts: ClusterFacts): Promise<void> {
  await transaction(async (tx) => {
    const { count } = await tx.cluster.updateMany({
      where: { id: clusterId, removedAt: null, NOT: { facts: { equals: json(facts) } } },
      data: { facts: json(facts), factsAt: clock.now() },
    })
    if (count > 0) tellLive(tx, ['platform'], 'cluster.facts')
  })
}

/** Which version it runs, and what the hub may do there. */
export async function checkCluster(clusterId: string, client: KubernetesClient): Promise<void> {
  const [version, missing] = await Promise.all([readVersion(client), findMissing(client)])
  await db.cluster.updateMany({
    where: { id: clusterId, removedAt: null },
    data: { version, missing: json(missing), checkedAt: clock.now() },
  })
}
