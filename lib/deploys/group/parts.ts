import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { asOfStage, type StageRecord } from '@/lib/deploys/stage-record'

/** A record about a group: it has no stage and no tasks, but parts that are records of its services. */
export type GroupRecord = DeployRecord & { readonly groupId: string; readonly organizationId: string; readonly applicationId: string }

export const isOfGroup = (record: DeployRecord): record is GroupRecord => record.groupId !== null

/** In the order they were asked for, which is the order of their relations. */
export async function partsOf(tx: Tx, recordId: string): Promise<StageRecord[]> {
  const parts = await tx.deployRecord.findMany({ where: { partOfId: recordId }, orderBy: { number: 'asc' } })
  return parts.map(asOfStage)
}

/** The stages of all parts in id order, before the group's own record: whoever moves a part holds its stage first. */
export async function lockParts(tx: Tx, recordId: string): Promise<void> {
  await tx.$queryRaw`
    select 1 from "Stage" where id in (select "stageId" from "DeployRecord" where "partOfId" = ${recordId}) order by id for update`
}
