import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'
import { loadRules } from '@/lib/policies/load-rules'
import { opensAt } from '@/lib/policies/openings'
import { mostExpiryHours, type PolicyRules } from '@/lib/policies/schema'
import { isOverridden } from './approvals-standing'

/** Windows and freezes are for what people ask for. Automation keeps up what runs already, and a way back was approved with its plan. */
export const mayWait = ({ organizationId, requesterId }: Pick<DeployRecord, 'organizationId' | 'requesterId'>): boolean =>
  organizationId !== null && requesterId !== null

/** When the windows of its environment let a record start; null = now. An override lifts them too. */
export async function whenOpen(tx: Tx, record: DeployRecord): Promise<Date | null> {
  if (!mayWait(record)) return null
  const at = opensAt(await loadRules(tx, record), clock.now())
  return at && !(await isOverridden(tx, record)) ? at : null
}

export const isShut = ({ opensAt: at }: Pick<DeployRecord, 'opensAt'>): boolean => at !== null && at > clock.now()

/** Waiting for a window is not counted towards expiry: the record says when it opens instead of a deadline. */
export async function waitForWindow(tx: Tx, record: DeployRecord, at: Date): Promise<DeployRecord> {
  if (record.opensAt?.getTime() === at.getTime() && record.deadlineAt === null) return record
  return tx.deployRecord.update({
    where: { id: record.id },
    data: { opensAt: at, waitsForId: null, deadlineAt: null, undecidedSince: null, revision: { increment: 1 } },
  })
}

/** How long people may decide. */
export const undecidedMs = ({ expiryHours }: Pick<PolicyRules, 'expiryHours'>): number =>
  Math.round((pace('undecided') * (expiryHours ?? mostExpiryHours)) / mostExpiryHours)
