import type { Tx } from '@/lib/db/client'

export interface Dependent {
  readonly stageId: string
  readonly service: string
  readonly requirement: string
}

/** Living services that cannot be without this stage: they require it, and nothing else fulfils it. */
export async function neededBy(tx: Tx, stageId: string): Promise<Dependent[]> {
  const relations = await tx.relation.findMany({ where: { providerStageId: stageId, removedAt: null, isRequired: true } })
  const stages = await tx.stage.findMany({
    where: { id: { in: relations.map((relation) => relation.consumerStageId) }, service: { removedAt: null } },
    include: { service: { select: { name: true } } },
  })
  const needing: Dependent[] = []
  for (const { consumerStageId, requirement } of relations) {
    const consumer = stages.find((stage) => stage.id === consumerStageId)
    if (!consumer) continue
    const others = await tx.relation.count({
      where: { consumerStageId, requirement, removedAt: null, OR: [{ providerStageId: null }, { providerStageId: { not: stageId } }] },
    })
    if (others === 0) needing.push({ stageId: consumerStageId, service: consumer.service.name, requirement })
  }
  return needing
}
