import type { Tx } from '@/lib/db/client'
import { enqueue } from '@/lib/queue/outbox'

/** Automation acts again in this pool, or everywhere: what units would have been told of others meanwhile they are told now. */
export async function tellRested(tx: Tx, runtimeId?: string): Promise<void> {
  const placements = await tx.placement.findMany({
    where: runtimeId ? { runtimeId } : {},
    distinct: ['stageId'],
    select: { stageId: true },
  })
  const ids = placements.map(({ stageId }) => stageId)
  const relations = await tx.relation.findMany({
    where: { OR: [{ consumerStageId: { in: ids } }, { providerStageId: { in: ids } }] },
    select: { consumerStageId: true, providerStageId: true },
  })
  const related = new Set(relations.flatMap(({ consumerStageId, providerStageId }) => [consumerStageId, providerStageId]))
  for (const stageId of ids.filter((id) => related.has(id)).sort()) await enqueue(tx, 'relation.tell', { stageId })
}
