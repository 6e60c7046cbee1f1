import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import { deployKinds, unstarted } from './deploy-lifecycle'
import { moveDeploy } from './move-deploy'
import type { StageRecord } from './stage-record'

/**
 * A release-changing record that reached `queued` takes the place of older unstarted ones whose placements it covers.
 * Automation neither supersedes nor is superseded. The caller holds the stage.
 */
export async function supersedeOlder(tx: Tx, actor: Actor, record: StageRecord): Promise<void> {
  const older = await tx.deployRecord.findMany({
    where: { stageId: record.stageId, state: { in: [...unstarted] }, id: { not: record.id }, number: { lt: record.number } },
    include: { targets: { select: { placementId: true } } },
    orderBy: { id: 'asc' },
  })
  const mine = new Set(
    (await tx.deployTarget.findMany({ where: { recordId: record.id }, select: { placementId: true } })).map((target) => target.placementId),
  )
  for (const { targets, ...other } of older) {
    if (!deployKinds[other.kind].carriesRelease) continue
    const theirs = targets.length > 0 ? targets.map((target) => target.placementId) : await placementsOf(tx, record.stageId)
    if (!theirs.every((placementId) => mine.has(placementId))) continue
    await moveDeploy(tx, actor, other, 'supersede', { supersededById: record.id, code: 'superseded' })
  }
}

/** A record that is being planned has no targets yet; it may be about all placements of its stage. */
async function placementsOf(tx: Tx, stageId: string): Promise<string[]> {
  return (await tx.placement.findMany({ where: { stageId }, select: { id: true } })).map((placement) => placement.id)
}
