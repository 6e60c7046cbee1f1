import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'

/**
 * One order of locks for everything that moves a record: its stage, then the record, then tasks, then units.
 * What holds the stage may also move the other records of that stage.
 */
export async function lockRecord(tx: Tx, recordId: string): Promise<{ record: DeployRecord; stage: Stage }> {
  const found = await tx.deployRecord.findUnique({ where: { id: recordId }, select: { stageId: true } })
  if (!found) throw notFound('This deploy')
  const stage = await lockStage(tx, found.stageId)
  const record = await lockRecordOnly(tx, recordId)
  return { record, stage }
}

export async function lockStage(tx: Tx, stageId: string): Promise<Stage> {
  await tx.$queryRaw`select 1 from "Stage" where id = ${stageId} for update`
  return tx.stage.findUniqueOrThrow({ where: { id: stageId } })
}

/** For writers that touch only this record's own tasks: claiming, accepting, callbacks. */
export async function lockRecordOnly(tx: Tx, recordId: string): Promise<DeployRecord> {
  await tx.$queryRaw`select 1 from "DeployRecord" where id = ${recordId} for update`
  return tx.deployRecord.findUniqueOrThrow({ where: { id: recordId } })
}
