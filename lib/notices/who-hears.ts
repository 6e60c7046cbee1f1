import { listMembers, listOperators } from '@/lib/accounts/list-members'
import { can, hasRole } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { loadRules } from '@/lib/policies/load-rules'
import type { HeardEvent } from './heard-event'
import type { Hearers } from './notice-table'

interface About {
  readonly event: HeardEvent
  /** Of what happened to a deploy. */
  readonly record: DeployRecord | null
}

const text = (value: unknown): string[] => (typeof value === 'string' ? [value] : [])

const roleHolders = async (organizationId: string | null, roles: ('admin' | 'owner')[]) =>
  organizationId === null ? [] : (await listMembers(organizationId, { roles })).map((person) => person.id)

/** Those whose approval would count now, and who have not given it. */
async function approversOf({ record }: About): Promise<string[]> {
  if (!record?.organizationId || record.state !== 'awaiting_approval') return []
  const { roles } = await loadRules(db, record)
  const people = await listMembers(record.organizationId, { roles: ['admin', 'owner'] })
  const plan = await db.plan.findUnique({ where: { id: record.planId ?? '' }, select: { hash: true } })
  const given = await db.approval.findMany({
    where: { recordId: record.id, planHash: plan?.hash ?? '', withdrawnAt: null, lostAt: null },
    select: { userId: true },
  })
  const done = new Set(given.map((approval) => approval.userId))
  return people
    .filter((person) => person.id !== record.requesterId && !done.has(person.id))
    .filter((person) => can(person, 'deploy.approve', record) && hasRole(person, roles, record))
    .map((person) => person.id)
}

const deciders = async (recordId: string, decision?: string): Promise<string[]> => {
  const found = await db.approval.findMany({ where: { recordId, ...(decision ? { decision } : {}) }, select: { userId: true } })
  return found.flatMap((approval) => approval.userId ?? [])
}

const talkers = async (recordId: string): Promise<string[]> =>
  (await db.deployComment.findMany({ where: { recordId }, select: { userId: true }, distinct: ['userId'] })).map((one) => one.userId)

/** Each of these sees what it is about: members of the organisation, or operators. */
const hearers: Record<Hearers, (about: About) => Promise<string[]>> = {
  approvers: approversOf,
  requester: async ({ record }) => (record?.requesterId ? [record.requesterId] : []),
  deciders: async ({ record }) => (record ? deciders(record.id) : []),
  overrider: async ({ record }) => (record ? deciders(record.id, 'override') : []),
  talkers: async ({ record }) => (record ? talkers(record.id) : []),
  owners: ({ event }) => roleHolders(event.organizationId, ['owner']),
  admins: ({ event }) => roleHolders(event.organizationId, ['admin', 'owner']),
  operators: async () => (await listOperators(100)).map((person) => person.id),
  named: async ({ event }) => [...text(event.data.userId), ...text(event.data.requesterId)],
}

/** Whoever did it knows already; who is blocked hears nothing. */
export async function whoHears(kinds: readonly Hearers[], about: About): Promise<string[]> {
  const ids = new Set<string>()
  for (const kind of kinds) for (const id of await hearers[kind](about)) ids.add(id)
  if (about.event.actorKind === 'person' && about.event.actorId) ids.delete(about.event.actorId)
  const users = await db.user.findMany({ where: { id: { in: [...ids] }, blockedAt: null }, select: { id: true } })
  return users.map((user) => user.id)
}
