import type { Tx } from '@/lib/db/client'
import type { Environment } from '@/lib/db/generated/enums'
import { groupBy } from '@/lib/group-by'
import { inRelationOrder, type RelationOrder } from './in-relation-order'

interface Member {
  readonly groupId: string
  readonly stageId: string
  readonly name: string
  /** Others of the group that come before it. */
  readonly needs: readonly string[]
}

/** Services of groups in one environment, in the order of their relations as they are now: providers first, or last. */
export async function membersOf(tx: Tx, groupIds: readonly string[], environment: Environment, order: RelationOrder): Promise<Member[]> {
  const stages = await tx.stage.findMany({
    where: { environment, service: { groupId: { in: [...groupIds] }, removedAt: null } },
    include: { service: { select: { name: true, groupId: true } } },
    orderBy: { service: { createdAt: 'asc' } },
  })
  const members = stages.map(({ id, service: { name, groupId } }) => ({ groupId: groupId ?? '', stageId: id, name }))
  const ordered: Member[] = []
  for (const all of groupBy(members, (member) => member.groupId).values()) ordered.push(...(await inRelationOrder(tx, all, order)))
  return ordered
}
