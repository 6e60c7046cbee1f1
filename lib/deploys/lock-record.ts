import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { lockParts } from './group/parts'
import { asOfStage, type StageRecord } from './stage-record'

/**
 * One order of locks for everything that moves a record: its stage, then the record, then tasks, then units.
 * What holds the stage may also move the other records of that stage.
 */
export async function lockRecord(tx: Tx, recordId: string): Promise<LockedRecord> {
  const found = await tx.deployRecord.findUnique({ where: { id: recordId }, select: { stageId: true, groupId: true } })
  if (!found) throw notFound('This deploy')
  if (found.groupId !== null) await lockParts(tx, recordId)
  if (found.stageId === null) return { record: await lockRecordOnly(tx, recordId), stage: null }
  const stage = await lockStage(tx, found.stageId)
  return { record: asOfStage(await lockRecordOnly(tx, recordId)), stage }
}

/** Without a stage: nothing but the record itself stands in anybody's way. */
export type LockedRecord = { readonly record: StageRecord; readonly stage: Stage } | { readonly record: DeployRecord; readonly stage: null }

export async function lockStage(tx: Tx, stageId: string): Promise<Stage> {
  await tx.$queryRaw`select 1 from "Stage" where id = ${stageId} for update`
  return tx.stage.findUniqueOrThrow({ where: { id: stageId } })
}

/** For writers that touch only this record's own tasks: claiming, accepting, callbacks. */
export async function lockRecordOnly(tx: Tx, recordId: string): Promise<DeployRecord> {
  await tx.$queryRaw`select 1 from "DeployRecord" where id = ${recordId} for update`
  return tx.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
}
