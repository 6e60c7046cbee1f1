import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { approvalsNeeded, countApprovals } from './approvals-standing'
import { approversOf, secondConfirmationAt } from './second-confirmation'
import type { ApprovalRule, DeployTitleView, ReleaseRef } from './views'

/** Releases by id as they stand beside an arrow. */
export async function releaseRefs(tx: Tx, ids: readonly (string | null | undefined)[]): Promise<Map<string, ReleaseRef>> {
  const rows = await tx.release.findMany({
    where: { id: { in: [...new Set(ids.flatMap((id) => id ?? []))] } },
    select: { id: true, number: true, packageVersion: { select: { version: true } } },
  })
  return new Map(rows.map((row) => [row.id, { id: row.id, number: row.number, version: row.packageVersion.version }]))
}

type Titled = Pick<DeployRecord, 'kind' | 'serviceName' | 'fromReleaseId' | 'toReleaseId'> & {
  readonly targets?: readonly { readonly fromCount: number; readonly toCount: number }[]
}

export function titleFrom(record: Titled, refs: ReadonlyMap<string, ReleaseRef>): DeployTitleView {
  const sum = (key: 'fromCount' | 'toCount') => record.targets?.reduce((total, target) => total + target[key], 0) ?? null
  return {
    kind: record.kind,
    serviceName: record.serviceName,
    from: refs.get(record.fromReleaseId ?? '') ?? null,
    to: refs.get(record.toReleaseId ?? '') ?? null,
    fromCount: sum('fromCount'),
    toCount: sum('toCount'),
  }
}

export async function titleOf(tx: Tx, record: DeployRecord): Promise<DeployTitleView> {
  const targets = await tx.deployTarget.findMany({ where: { recordId: record.id }, select: { fromCount: true, toCount: true } })
  return titleFrom({ ...record, targets }, await releaseRefs(tx, [record.fromReleaseId, record.toReleaseId]))
}

/** Who may approve this record, how many are needed, and how many count now. */
export async function approvalRule(tx: Tx, actor: Actor, record: DeployRecord): Promise<ApprovalRule> {
  const needed = await approvalsNeeded(tx, record)
  const people = await approversOf(tx, record)
  const second = await secondConfirmationAt(tx, record)
  const mayApprove = people.map((person) => ({ id: person.id, name: person.name, kind: 'person' as const }))
  return {
    given: Math.min(needed, await countApprovals(tx, record)),
    needed,
    mayApprove: mayApprove.sort((a, b) => Number(b.id === actor.id) - Number(a.id === actor.id) || a.name.localeCompare(b.name)),
    none: needed === 0,
    secondConfirmationAt: second?.toISOString() ?? null,
  }
}
