import type { Tx } from '@/lib/db/client'
import { enqueue } from '@/lib/queue/outbox'

interface Change {
  readonly stageId: string
  readonly from: string
  readonly to: string
}

/** Consumers that go to one unit for all hear when a unit begins or ceases to serve: another may be the one to go to now. */
export async function tellServing(tx: Tx, changes: readonly Change[]): Promise<void> {
  const stageIds = changes.filter(({ from, to }) => (from === 'running') !== (to === 'running')).map((change) => change.stageId)
  if (stageIds.length === 0) return
  const consumers = await tx.relation.findMany({
    where: { removedAt: null, granularity: 'service', providerStageId: { in: [...new Set(stageIds)] } },
    distinct: ['consumerStageId'],
    select: { consumerStageId: true },
    orderBy: { consumerStageId: 'asc' },
  })
  for (const { consumerStageId: stageId } of consumers) await enqueue(tx, 'relation.tell', { stageId })
}
