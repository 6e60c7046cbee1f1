import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { deployKinds } from './deploy-lifecycle'
import { deployRefs } from './deploy-refs'
import type { DeployRef, DeployView } from './views'

const carrying = (Object.keys(deployKinds) as (keyof typeof deployKinds)[]).filter((kind) => deployKinds[kind].carriesRelease)

/** Records that this one follows, replaces or was replaced by. They are all of one stage, so one index finds them. */
export async function relatedDeploys(record: DeployRecord): Promise<DeployView['related']> {
  const { id, stageId, number } = record
  const named = [record.retryOfId, record.rollbackOfId, record.supersededById, record.promotedFromId, record.partOfId].flatMap(
    (other) => other ?? [],
  )
  const [forward, backward, lastGood] = await Promise.all([
    named.length > 0 ? db.deployRecord.findMany({ where: { id: { in: named } } }) : [],
    db.deployRecord.findMany({
      where: { stageId, number: { not: number }, OR: [{ retryOfId: id }, { rollbackOfId: id }, { supersededById: id }] },
      orderBy: { number: 'desc' },
      take: 20,
    }),
    db.deployRecord.findFirst({
      where: { stageId, number: { lt: number }, state: 'succeeded', kind: { in: carrying } },
      orderBy: { number: 'desc' },
    }),
  ])
  const refs = await deployRefs([...forward, ...backward, ...(lastGood ? [lastGood] : [])])
  const ref = (otherId: string | null | undefined): DeployRef | null => refs.get(otherId ?? '') ?? null
  return {
    retryOf: ref(record.retryOfId),
    retriedBy: ref(backward.find((other) => other.retryOfId === id)?.id),
    rollbackOf: ref(record.rollbackOfId),
    rolledBackBy: ref(backward.find((other) => other.rollbackOfId === id)?.id),
    replaces: backward.filter((other) => other.supersededById === id).flatMap((other) => refs.get(other.id) ?? []),
    supersededBy: ref(record.supersededById),
    promotedFrom: ref(record.promotedFromId),
    partOf: ref(record.partOfId),
    lastGood: ref(lastGood?.id),
  }
}
