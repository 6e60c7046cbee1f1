import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import type { Tx } from '@/lib/db/client'
import { notFound } from '@/lib/errors'
import { type LockedRecord, lockRecord } from './lock-record'
import { permissionOn } from './stage-record'

/** Locks a record for a use case and asks once whether the actor may; unknown and not-yours answer alike. */
export async function lockFor(tx: Tx, actor: Actor, recordId: string, permission: Permission): Promise<LockedRecord> {
  const found = await tx.deployRecord.findUnique({
    where: { id: recordId },
    select: { organizationId: true, applicationId: true, serviceId: true, kind: true },
  })
  if (!found) throw notFound('This deploy')
  authorize(actor, permissionOn(found, permission), found, 'This deploy')
  return lockRecord(tx, recordId)
}
