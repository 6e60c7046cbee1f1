import type { Tx } from '@/lib/db/client'
import { enqueue } from '@/lib/queue/outbox'

/** Something about the units of these stages changed that the other sides of their relations must hear; by which deploy, if by one. */
export async function tellPeers(tx: Tx, stageIds: readonly string[], recordId?: string): Promise<void> {
  if (stageIds.length === 0) return
  const own = new Set(stageIds)
  const relations = await tx.relation.findMany({
    where: { removedAt: null, OR: [{ consumerStageId: { in: [...own] } }, { providerStageId: { in: [...own] } }] },
    select: { consumerStageId: true, providerStageId: true },
  })
  const peers = relations.flatMap(({ consumerStageId, providerStageId }) => [
    ...(own.has(consumerStageId) ? [providerStageId] : []),
    ...(own.has(providerStageId ?? '') ? [consumerStageId] : []),
  ])
  for (const stageId of [...new Set(peers)].sort())
    if (stageId) await enqueue(tx, 'relation.tell', { stageId, ...(recordId ? { recordId } : {}) })
}
