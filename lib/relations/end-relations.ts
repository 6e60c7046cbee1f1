import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { moveInputs } from './bind-relations'

/** A stage that is gone has no relations; the other sides hear it. */
export async function endRelations(tx: Tx, stageId: string): Promise<void> {
  const where = { removedAt: null, OR: [{ consumerStageId: stageId }, { providerStageId: stageId }] }
  const relations = await tx.relation.findMany({ where, select: { consumerStageId: true, providerStageId: true } })
  if (relations.length === 0) return
  await tx.relation.updateMany({ where, data: { removedAt: clock.now() } })
  const others = relations.flatMap((one) => [one.consumerStageId, one.providerStageId ?? stageId]).filter((id) => id !== stageId)
  await moveInputs(tx, others)
}
