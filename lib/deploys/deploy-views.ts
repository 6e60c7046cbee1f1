import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { approvalRules } from './approval-rules'
import type { ReleaseRef } from './release-views'
import type { ApprovalRule, DeployTitleView } from './views'

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
  return (await approvalRules(actor, [record], { tx })).get(record.id) as ApprovalRule
}
