import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Permission } from '@/lib/auth/policy'
import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { permissionOn } from './stage-record'

/** How people name a record: #1047 of an organisation. */
export interface DeployAddress {
  /** Null: the platform itself. */
  readonly organization: string | null
  readonly number: number
}

/** The record at an address, for whoever may; not there and not yours answer alike. */
export async function findRecord(
  actor: Actor,
  { organization, number }: DeployAddress,
  permission: Permission = 'deploy.see',
): Promise<DeployRecord> {
  if (organization === null) return findPlatformRecord(actor, number, permission)
  const found = await db.organization.findUnique({ where: { slug: organization, archivedAt: null }, select: { id: true } })
  const record = found && (await db.deployRecord.findUnique({ where: { organizationId_number: { organizationId: found.id, number } } }))
  if (!record) throw notFound('This deploy')
  authorize(actor, permission, record, 'This deploy')
  return record
}

async function findPlatformRecord(actor: Actor, number: number, permission: Permission): Promise<DeployRecord> {
  authorize(actor, permissionOn({ organizationId: null, kind: 'command' }, permission), {}, 'This deploy')
  const record = await db.deployRecord.findFirst({ where: { organizationId: null, number } })
  if (!record) throw notFound('This deploy')
  return record
}

/** For doors that name a record by its number and call a use case that wants its id. */
export async function recordIdOf(actor: Actor, address: DeployAddress): Promise<string> {
  return (await findRecord(actor, address)).id
}
