import type { Tx } from '@/lib/db/client'
import { routesTo } from '@/lib/routes/routes-to'

export interface Dependent {
  readonly stageId: string
  readonly service: string
  readonly applicationId: string
  readonly requirement: string
}

/** Living services that cannot be without this stage: they require it, and nothing fulfils it that stays (`going` goes as well). */
export async function neededBy(tx: Tx, stageId: string, going: readonly string[] = []): Promise<Dependent[]> {
  const relations = await tx.relation.findMany({ where: { providerStageId: stageId, removedAt: null, isRequired: true } })
  const stages = await tx.stage.findMany({
    where: { id: { in: relations.map((relation) => relation.consumerStageId) }, service: { removedAt: null } },
    include: { service: { select: { name: true, applicationId: true } } },
  })
  const gone = [...going, stageId]
  const needing: Dependent[] = []
  for (const { consumerStageId, requirement } of relations) {
    const consumer = stages.find((stage) => stage.id === consumerStageId)
    if (!consumer || gone.includes(consumerStageId)) continue
    const others = await tx.relation.count({
      where: { consumerStageId, requirement, removedAt: null, OR: [{ providerStageId: null }, { providerStageId: { notIn: gone } }] },
    })
    const { name: service, applicationId } = consumer.service
    if (others === 0) needing.push({ stageId: consumerStageId, service, applicationId, requirement })
  }
  return [...needing, ...(await routesTo(tx, stageId, gone))]
}

/** Those, and whoever cannot be without them, to the last: what goes where this goes. */
export async function allNeeding(tx: Tx, stageId: string): Promise<Dependent[]> {
  const all = new Map<string, Dependent>()
  for (let before = -1; all.size > before; ) {
    before = all.size
    const going = [stageId, ...all.keys()]
    for (const one of going) for (const found of await neededBy(tx, one, going)) all.set(found.stageId, found)
  }
  return [...all.values()]
}
