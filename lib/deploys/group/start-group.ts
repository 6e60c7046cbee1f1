import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { askPolicyAgain } from '@/lib/deploys/ask-policy-again'
import { waitForWindow, whenOpen } from '@/lib/deploys/change-window'
import { isUnstarted } from '@/lib/deploys/deploy-lifecycle'
import { isOutdated } from '@/lib/deploys/is-outdated'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { lackingApprovals, planAnew, waitFor, whoIsBefore } from '@/lib/deploys/start-deploy'
import { takeStage, whoHasStage } from '@/lib/deploys/take-locks'
import { type GroupRecord, partsOf } from './parts'

/** Starts a queued group with the stages of all its parts, or with none: what was true when it was approved is asked again here. */
export async function startGroup(tx: Tx, actor: Actor, record: GroupRecord): Promise<DeployRecord> {
  const parts = await partsOf(tx, record.id)
  if (await areOutdated(tx, parts)) return planAnew(tx, actor, record)
  const lacking = await lackingApprovals(tx, actor, record)
  if (lacking) return lacking
  const shutUntil = await whenOpen(tx, record)
  if (shutUntil) return waitForWindow(tx, record, shutUntil)
  for (const part of parts) {
    const other = (await whoIsBefore(tx, { ...part, queuedAt: record.queuedAt })) ?? (await whoHasStage(tx, part))
    if (other) return waitFor(tx, record, other)
  }
  for (const part of parts) {
    await takeStage(tx, part)
    await moveDeploy(tx, actor, part, 'approve', { waitsForId: record.id, deadlineAt: null })
  }
  return moveDeploy(tx, actor, record, 'start', { waitsForId: null })
}

/** While people decide on it: its plan is theirs to see as it is now. */
export async function whileGroupWaits(tx: Tx, actor: Actor, record: GroupRecord): Promise<DeployRecord> {
  return (await areOutdated(tx, await partsOf(tx, record.id))) ? planAnew(tx, actor, record) : askPolicyAgain(tx, actor, record)
}

async function areOutdated(tx: Tx, parts: readonly StageRecord[]): Promise<boolean> {
  for (const part of parts) {
    if (!isUnstarted(part.state) || part.state === 'planning') return true
    if (await isOutdated(tx, part, await tx.stage.findUniqueOrThrow({ where: { id: part.stageId } }))) return true
  }
  return false
}
