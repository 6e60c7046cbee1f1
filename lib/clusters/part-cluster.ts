import { db } from '@/lib/db/client'
import type { Placement, Prisma } from '@/lib/db/generated/client'
import { askAgain, forgetPauses } from '@/lib/deploys/ask-again'
import { groupBy } from '@/lib/group-by'
import { logger } from '@/lib/logger'
import { placed } from './placed-in'

const by = 'sweep:part'
const log = logger('sweep.part')

/** Removals that a removed cluster asked for, and nobody else. */
export const removalOfCluster = {
  kind: 'remove',
  requesterId: null,
  cause: { path: ['code'], equals: 'cluster_removed' },
} satisfies Prisma.DeployRecordWhereInput

const mostAtOnce = 200

/**
 * What shall be removed before its cluster is: asked for once, as records of their organisations, which decide about them as about any
 * other. One that was refused a plan is asked for again; what a record came to is for the operator to decide about anew.
 */
export async function partClusters(): Promise<number> {
  const leaving = await db.placement.findMany({
    where: { leavingSince: { not: null }, runtime: { cluster: { removingSince: { not: null }, removedAt: null } }, ...placed },
    include: { runtime: { select: { name: true } } },
    // Those that lead to others are asked for first.
    orderBy: [{ stage: { service: { isRoute: 'desc' } } }, { stage: { service: { name: 'asc' } } }, { id: 'asc' }],
    take: mostAtOnce,
  })
  const due: Leaving[] = []
  for (const one of leaving) if (!(await isAsked(one))) due.push(one)
  for (const [stageId, list] of groupBy(due, (one) => one.stageId)) {
    const runtimes = [...new Set(list.map((one) => one.runtime.name))].sort().join(', ')
    await askAgain({
      stageId,
      kind: 'remove',
      placementIds: list.map((one) => one.id),
      by,
      because: `${runtimes} is being removed`,
      cause: { code: 'cluster_removed', values: { runtimes } },
    }).catch((error: unknown) => log.warn({ err: error, stageId }, 'a removal could not be asked for'))
  }
  await forgetPauses(
    'remove',
    leaving.map((one) => one.stageId),
  )
  return due.length
}

type Leaving = Pick<Placement, 'id' | 'stageId' | 'leavingSince'> & { readonly runtime: { readonly name: string } }

/** By whomever: a removal that came after the decision is its answer. */
const isAsked = async ({ id, stageId, leavingSince }: Leaving): Promise<boolean> =>
  (await db.deployRecord.count({
    where: { stageId, kind: 'remove', targets: { some: { placementId: id } }, createdAt: { gte: leavingSince ?? new Date(0) } },
  })) > 0
