import { listMembers } from '@/lib/accounts/list-members'
import type { PersonActor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'

/** People who may approve this record, by the grants of now. The requester is not among them. */
export async function approversOf(tx: Tx, record: DeployRecord): Promise<PersonActor[]> {
  if (record.organizationId === null) return []
  const people = await listMembers(record.organizationId, { roles: ['admin', 'owner'], tx })
  return people.filter((person) => person.id !== record.requesterId && can(person, 'deploy.approve', record))
}

/** Where nobody else may approve, the floor is a second confirmation by the requester ten minutes after the plan. */
export async function secondConfirmationAt(tx: Tx, record: DeployRecord): Promise<Date | null> {
  if (!record.requesterId || (await approversOf(tx, record)).length > 0) return null
  const plan = record.planId ? await tx.plan.findUnique({ where: { id: record.planId }, select: { createdAt: true } }) : null
  return plan ? new Date(plan.createdAt.getTime() + pace('secondConfirmation')) : null
}
