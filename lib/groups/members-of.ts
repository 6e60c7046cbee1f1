import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { inOrder } from './in-order'

interface Member {
  readonly groupId: string
  readonly stageId: string
  readonly name: string
  /** Others of the group that come before it. */
  readonly needs: readonly string[]
}

/** Services of groups in one environment, in the order of their relations as they are now: providers first, or last. */
export async function membersOf(
  tx: Tx,
  groupIds: readonly string[],
  environment: Environment,
  order: 'consumers-last' | 'consumers-first',
): Promise<Member[]> {
  const stages = await tx.stage.findMany({
    where: { environment, service: { groupId: { in: [...groupIds] }, removedAt: null } },
    include: { service: { select: { name: true, groupId: true } } },
    orderBy: { service: { createdAt: 'asc' } },
  })
  const ids = stages.map((stage) => stage.id)
  const relations = await tx.relation.findMany({
    where: { removedAt: null, consumerStageId: { in: ids }, providerStageId: { in: ids } },
    select: { consumerStageId: true, providerStageId: true },
  })
  const nameOf = new Map(stages.map((stage) => [stage.id, stage.service.name]))
  const [later, sooner] =
    order === 'consumers-last' ? (['consumerStageId', 'providerStageId'] as const) : (['providerStageId', 'consumerStageId'] as const)
  const members = stages.map(({ id, service: { name, groupId } }) => {
    const before = relations.filter((one) => one[later] === id).map((one) => nameOf.get(one[sooner] ?? '') ?? '')
    return { groupId: groupId ?? '', stageId: id, name, needs: [...new Set(before)].filter((other) => other !== name) }
  })
  return [...groupBy(members, (member) => member.groupId).values()].flatMap((all) => inOrder(all))
}
