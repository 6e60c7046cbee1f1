import { listMembers } from '@/lib/accounts/list-members'
import { type NameOf, namePeople } from '@/lib/accounts/name-people'
import type { Actor, PersonActor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import type { Approval, DeployRecord, Prisma, Task } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { loadRulesOf, type RulesOf } from '@/lib/policies/load-rules'
import { countingDecisions } from './approval-policy'
import { releaseRefs } from './deploy-views'
import type { ReleaseRef } from './release-views'

type Target = Prisma.DeployTargetGetPayload<{ select: { recordId: true; runtimeId: true; fromCount: true; toCount: true } }>

/** What rows of records are made from, read for all of them at once. */
export interface RowFacts {
  readonly targets: ReadonlyMap<string, readonly Target[]>
  readonly releases: ReadonlyMap<string, ReleaseRef>
  readonly runtimes: ReadonlyMap<string, string>
  readonly applications: ReadonlyMap<string, string>
  readonly hashes: ReadonlyMap<string, string>
  readonly approvals: ReadonlyMap<string, readonly Approval[]>
  readonly tasks: ReadonlyMap<string, { readonly done: number; readonly total: number }>
  readonly liveTasks: ReadonlyMap<string, readonly Task[]>
  readonly waitsFor: ReadonlyMap<string, DeployRecord>
  readonly planTimes: ReadonlyMap<string, Date>
  /** People who may approve somewhere in the organisation; read only when the actor's own request waits. */
  readonly approvers: readonly PersonActor[]
  readonly nameOf: NameOf
  /** What their environments ask. */
  readonly rulesOf: RulesOf
}

const present = (ids: readonly (string | null)[]): string[] => [...new Set(ids.flatMap((id) => id ?? []))]

/** A dozen queries for a page, however many rows it has. */
export async function loadRowFacts(actor: Actor, records: readonly DeployRecord[]): Promise<RowFacts> {
  const ids = records.map((record) => record.id)
  const waitsFor = await loadWaitedFor(records)
  const all = [...records, ...waitsFor]
  const [targets, releases, plans, approvals, counts, liveTasks, applications, nameOf, approvers, rulesOf] = await Promise.all([
    db.deployTarget.findMany({
      where: { recordId: { in: all.map((record) => record.id) } },
      select: { recordId: true, runtimeId: true, fromCount: true, toCount: true },
    }),
    releaseRefs(
      db,
      all.flatMap((record) => [record.fromReleaseId, record.toReleaseId]),
    ),
    db.plan.findMany({
      where: { id: { in: present(records.map((record) => record.planId)) } },
      select: { id: true, hash: true, createdAt: true },
    }),
    db.approval.findMany({
      where: { recordId: { in: ids }, decision: { in: [...countingDecisions] }, withdrawnAt: null, lostAt: null },
    }),
    db.task.groupBy({ by: ['recordId', 'state'], where: { recordId: { in: ids } }, _count: { _all: true } }),
    loadLiveTasks(records),
    db.application.findMany({
      where: { id: { in: present(records.map((record) => record.applicationId)) } },
      select: { id: true, slug: true },
    }),
    namePeople(records.map((record) => record.requesterId)),
    loadApprovers(actor, records),
    loadRulesOf(db, records),
  ])
  const runtimes = await db.runtime.findMany({
    where: { id: { in: present(targets.map((target) => target.runtimeId)) } },
    select: { id: true, name: true },
  })
  return {
    targets: groupBy(targets, (target) => target.recordId),
    releases,
    runtimes: new Map(runtimes.map((runtime) => [runtime.id, runtime.name])),
    applications: new Map(applications.map((application) => [application.id, application.slug])),
    hashes: new Map(plans.map((plan) => [plan.id, plan.hash])),
    planTimes: new Map(plans.map((plan) => [plan.id, plan.createdAt])),
    approvals: groupBy(approvals, (approval) => approval.recordId),
    tasks: countTasks(counts),
    liveTasks: groupBy(liveTasks, (task) => task.recordId),
    waitsFor: new Map(waitsFor.map((record) => [record.id, record])),
    approvers,
    nameOf,
    rulesOf,
  }
}

async function loadWaitedFor(records: readonly DeployRecord[]): Promise<DeployRecord[]> {
  const ids = present(records.map((record) => (record.endedAt ? null : record.waitsForId)))
  return ids.length > 0 ? db.deployRecord.findMany({ where: { id: { in: ids } } }) : []
}

async function loadLiveTasks(records: readonly DeployRecord[]): Promise<Task[]> {
  const ids = records.filter((record) => record.startedAt && !record.endedAt).map((record) => record.id)
  if (ids.length === 0) return []
  return db.task.findMany({ where: { recordId: { in: ids }, state: 'running' }, orderBy: { index: 'asc' } })
}

/** Only somebody whose own request waits may be its second confirmer, and then who else could approve matters. */
export async function loadApprovers(actor: Actor, records: readonly DeployRecord[]): Promise<PersonActor[]> {
  const own = records.filter((record) => record.state === 'awaiting_approval' && record.requesterId === actor.id)
  const lists = await Promise.all(
    present(own.map((record) => record.organizationId)).map((organizationId) => listMembers(organizationId, { roles: ['admin', 'owner'] })),
  )
  return lists.flat()
}

const doneStates: readonly string[] = ['succeeded', 'skipped']

function countTasks(
  counts: readonly { recordId: string; state: string; _count: { _all: number } }[],
): Map<string, { done: number; total: number }> {
  const tasks = new Map<string, { done: number; total: number }>()
  for (const { recordId, state, _count } of counts) {
    const known = tasks.get(recordId) ?? { done: 0, total: 0 }
    const done = doneStates.includes(state) ? _count._all : 0
    tasks.set(recordId, { done: known.done + done, total: known.total + _count._all })
  }
  return tasks
}
