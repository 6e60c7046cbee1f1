import type { Tx } from '@/lib/db/client'
import { inOrderAsFar } from './in-order'

export type RelationOrder = 'consumers-last' | 'consumers-first'

interface Placed {
  readonly stageId: string
  readonly name: string
}

/** Stages in the order of their relations as they are now, each with the names of those that come before it. */
export async function inRelationOrder<T extends Placed>(
  tx: Tx,
  stages: readonly T[],
  direction: RelationOrder,
): Promise<(T & { readonly needs: readonly string[] })[]> {
  const ids = stages.map((stage) => stage.stageId)
  const relations = await tx.relation.findMany({
    where: { removedAt: null, consumerStageId: { in: ids }, providerStageId: { in: ids } },
    select: { consumerStageId: true, providerStageId: true },
  })
  const nameOf = new Map(stages.map((stage) => [stage.stageId, stage.name]))
  const [later, sooner] =
    direction === 'consumers-last' ? (['consumerStageId', 'providerStageId'] as const) : (['providerStageId', 'consumerStageId'] as const)
  return inOrderAsFar(
    stages.map((stage) => {
      const before = relations.filter((one) => one[later] === stage.stageId).map((one) => nameOf.get(one[sooner] ?? '') ?? '')
      return { ...stage, needs: [...new Set(before)].filter((other) => other !== stage.name) }
    }),
  )
}
