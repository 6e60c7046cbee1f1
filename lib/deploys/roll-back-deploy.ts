import { z } from 'zod'
import { type Actor, systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { enqueue } from '@/lib/queue/outbox'
import { refuse, whyNotCancel, whyNotRollBack } from './deploy-gate'
import { isUnderWay } from './deploy-lifecycle'
import { wantsRollback } from './end-deploy'
import { lockFor } from './get-record'
import { lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'
import type { PlanMade } from './plan/plan-types'
import { openRecord } from './request-deploy'
import { asOfStage, type StageRecord } from './stage-record'

export const RollBackDeploySchema = z.object({ recordId: z.string(), cancelFirst: z.boolean().default(false) })

interface Ask {
  readonly recordId: string
  readonly cancelFirst: boolean
  readonly reason?: string | undefined
  readonly expectedHash?: string | undefined
}
type Opened = { record: DeployRecord; plan: PlanMade }

/** Back to what the stage had before this record: a new record with its own plan and approval. An install is rolled back by removal. */
export async function rollBackDeploy(actor: Actor, input: Ask): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await rollBackInside(tx, actor, input)
    return { recordId: record.id, number: record.number }
  })
}

export async function rollBackInside(tx: Tx, actor: Actor, ask: Ask): Promise<Opened> {
  const found = await lockFor(tx, actor, ask.recordId, 'deploy.request')
  if (!found.stage) throw new AppError('conflict', 'This kind of deploy changed no release.', { reason: 'no_release' })
  const locked = found
  const before = await releaseBefore(tx, locked.record)
  if (ask.cancelFirst && isUnderWay(locked.record.state)) return cancelAndRollBack(tx, actor, { ...locked, ask })
  refuse(whyNotRollBack(actor, locked.record, before !== null || isFirst(locked.record)))
  return open(tx, actor, { ...locked, ask })
}

/** What brought it there for the first time is taken back by its removal. */
export const isFirst = ({ kind, fromReleaseId }: Pick<DeployRecord, 'kind' | 'fromReleaseId'>): boolean =>
  kind === 'install' || (kind === 'route' && fromReleaseId === null)

interface Locked {
  readonly record: StageRecord
  readonly stage: Stage
  readonly ask?: Ask
}

/** The rollback waits in the line behind the cancelled record and is planned anew once that has ended. */
async function cancelAndRollBack(tx: Tx, actor: Actor, locked: Locked): Promise<Opened> {
  const { record } = locked
  if (record.state !== 'cancelling') {
    refuse(whyNotCancel(actor, record))
    await moveDeploy(tx, actor, record, 'cancel', { code: 'cancelled', message: 'cancelled to roll back' })
    await enqueue(tx, 'deploy.stop-tasks', { recordId: record.id })
    await enqueue(tx, 'deploy.advance', { recordId: record.id })
  }
  const cancelling = await tx.deployRecord.findUniqueOrThrow({ where: { id: record.id } })
  return open(tx, actor, { ...locked, record: asOfStage(cancelling) })
}

/** The rollback that was approved together with the plan that failed. Runs once for a record, whoever asks how often. */
export async function rollBackFailed({ recordId }: { recordId: string }): Promise<void> {
  try {
    await transaction(async (tx) => {
      const locked = await lockRecord(tx, recordId)
      if (!locked.stage || !wantsRollback(locked.record) || locked.record.rollbackOfId || (await isAutomationOff(tx))) return
      if ((await tx.deployRecord.count({ where: { rollbackOfId: recordId } })) > 0) return
      await open(tx, systemActor('on-failure'), locked)
    })
  } catch (error) {
    // Nothing had been changed yet, or it cannot be planned: the failed record and its held units say so already.
    if (!(error instanceof AppError)) throw error
  }
}

const isAutomationOff = async (tx: Tx): Promise<boolean> =>
  (await tx.hub.count({ where: { id: 1, automationOffSince: { not: null } } })) > 0

async function releaseBefore(tx: Tx, record: DeployRecord): Promise<string | null> {
  const target = await tx.deployTarget.findFirst({
    where: { recordId: record.id, fromReleaseId: { not: null } },
    select: { fromReleaseId: true },
  })
  return target?.fromReleaseId ?? record.fromReleaseId
}

async function open(tx: Tx, actor: Actor, { record, stage, ask }: Locked): Promise<Opened> {
  const before = await releaseBefore(tx, record)
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id } })
  const counts = Object.fromEntries(targets.map((target) => [target.placementId ?? '', target.fromCount]))
  const service = await tx.service.findUniqueOrThrow({ where: { id: record.serviceId } })
  return openRecord(tx, actor, {
    service,
    stage,
    kind: before ? 'rollback' : 'remove',
    request: {
      toReleaseId: before,
      counts: before ? counts : {},
      keepData: true,
      placementIds: targets.flatMap((target) => target.placementId ?? []),
    },
    reason: ask?.reason || `Roll back #${record.number}`,
    rollbackOfId: record.id,
    expectedHash: ask?.expectedHash,
  })
}
