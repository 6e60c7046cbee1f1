import type { Tx } from '@/lib/db/client'
import { type Amounts, AmountsSchema, amountKinds } from './amount-views'
import { nothingUsed, type UsedThere, usedIn } from './used-by'

/** What may be had in one runtime, by one application or by a whole organisation, and is. */
export interface Quota {
  /** Null = wherever it runs. */
  readonly runtimeId: string | null
  readonly runtimeName: string | null
  /** Null = of the organisation. */
  readonly application: string | null
  readonly limits: Amounts
  readonly used: UsedThere
}

export const amountsOf = (row: Amounts): Amounts => AmountsSchema.parse(row)

export const isLimited = (limits: Amounts): boolean => amountKinds.some((kind) => limits[kind] !== null)

interface Of {
  readonly id: string
  readonly organizationId: string
  readonly applicationId: string
}

/** Those that a plan for this service counts with. Where nothing has a limit nothing is counted. */
export async function quotasOf(
  tx: Tx,
  { id: serviceId, organizationId, applicationId }: Of,
  { runtimeIds, exceptRecordId }: { runtimeIds: readonly string[]; exceptRecordId: string | null },
): Promise<Quota[]> {
  const grants = await tx.runtimeGrant.findMany({
    where: { organizationId, runtimeId: { in: [...runtimeIds] } },
    include: { runtime: { select: { name: true } } },
  })
  const limited = grants.filter((grant) => isLimited(amountsOf(grant)))
  const wide = await tx.quota.findMany({
    where: { subjectId: { in: [organizationId, applicationId] } },
    include: { application: { select: { slug: true } } },
    orderBy: { applicationId: { sort: 'asc', nulls: 'first' } },
  })
  const used = await usedIn(tx, {
    organizationId,
    runtimeIds: wide.length > 0 ? null : limited.map((grant) => grant.runtimeId),
    exceptRecordId,
    serviceId,
  })
  const nothing = { ...nothingUsed, hasIt: false }
  return [
    ...wide.map((quota) => ({
      runtimeId: null,
      runtimeName: null,
      application: quota.application?.slug ?? null,
      limits: amountsOf(quota),
      used: quota.applicationId ? (used.byApplication.get(quota.applicationId) ?? nothing) : used.all,
    })),
    ...limited.map((grant) => ({
      runtimeId: grant.runtimeId,
      runtimeName: grant.runtime.name,
      application: null,
      limits: amountsOf(grant),
      used: used.byRuntime.get(grant.runtimeId) ?? nothing,
    })),
  ]
}
