import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import { bindRelations } from './bind-relations'
import { componentOfStage } from './component-of-stage'
import type { RelationChoices } from './schema'
import { withinReach } from './within-reach'

/**
 * In a further environment a service is related to the same services there, and to what is outside under the same name. What is not
 * there leaves its requirement open: the plan says which.
 */
export async function inheritRelations(tx: Tx, actor: Actor, { service, stage }: { service: Service; stage: Stage }): Promise<void> {
  const other = await tx.stage.findFirst({ where: { serviceId: service.id, id: { not: stage.id } } })
  const component = other && (await componentOfStage(tx, other.id))
  if (!other || !component) return
  const relations = await tx.relation.findMany({
    // What an earlier release needed is nothing to it any more.
    where: { consumerStageId: other.id, removedAt: null, requirement: { in: component.requires.map((one) => one.name) } },
    select: { requirement: true, interface: true, providerStageId: true, external: { select: { name: true } } },
    orderBy: { id: 'asc' },
  })
  const providers = await tx.stage.findMany({
    where: { id: { in: relations.flatMap((one) => one.providerStageId ?? []) } },
    select: {
      id: true,
      serviceId: true,
      service: { select: { stages: { where: { environment: stage.environment }, select: { id: true } } } },
    },
  })
  const there = new Map(providers.filter((one) => one.service.stages.length > 0).map((one) => [one.id, one.serviceId]))
  const outside = await tx.externalService.findMany({
    where: { applicationId: service.applicationId, environment: stage.environment, removedAt: null },
  })
  const choices: RelationChoices = {}
  for (const { requirement, interface: kind, providerStageId, external } of relations) {
    const serviceId = there.get(providerStageId ?? '')
    const isOurs =
      serviceId && (await tx.service.count({ where: { id: serviceId, ...withinReach(service.applicationId, stage.environment, kind) } }))
    const same = external && outside.find((one) => one.name === external.name && one.interface === kind)
    const provider = isOurs ? { serviceId } : same ? { externalId: same.id } : undefined
    if (provider) choices[requirement] = [...(choices[requirement] ?? []), provider]
  }
  await bindRelations(tx, actor, { service, stage, component }, choices)
}
