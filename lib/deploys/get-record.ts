import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Stage } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { lockRecord } from './lock-record'

/** Locks a record for a use case and asks once whether the actor may; unknown and not-yours answer alike. */
export async function lockFor(
  tx: Tx,
  actor: Actor,
  recordId: string,
  permission: Permission,
): Promise<{ record: DeployRecord; stage: Stage }> {
  const found = await tx.deployRecord.findUnique({ where: { id: recordId }, select: { organizationId: true, applicationId: true } })
  if (!found) throw notFound('This deploy')
  authorize(actor, permission, found, 'This deploy')
  return lockRecord(tx, recordId)
}
