import type { Permission } from '@/lib/auth/policy'
import type { DeployRecord } from '@/lib/db/generated/client'

/** A record about one stage of a service. The others change none: commands and what is done to machines themselves. */
export type StageRecord = DeployRecord & {
  readonly organizationId: string
  readonly applicationId: string
  readonly serviceId: string
  readonly stageId: string
}

export const isOfStage = (record: DeployRecord): record is StageRecord => record.stageId !== null

/** For rows that were found by their stage. */
export function asOfStage(record: DeployRecord): StageRecord {
  if (!isOfStage(record)) throw new Error(`Deploy #${record.number} is of no stage.`)
  return record
}

type Asked = Pick<DeployRecord, 'organizationId' | 'kind'>

/** What it takes on this record: the platform's own are operators', and to ask for a command is a permission of its own. */
export function permissionOn({ organizationId, kind }: Asked, permission: Permission): Permission {
  if (organizationId === null) return permission === 'deploy.see' || permission === 'log.see' ? 'machine.see' : 'machine.manage'
  return kind === 'command' && permission === 'deploy.request' ? 'command.run' : permission
}
