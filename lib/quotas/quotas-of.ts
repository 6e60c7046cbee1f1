import type { Tx } from '@/lib/db/client'
import type { RuntimeGrant } from '@/lib/db/generated/client'
import { type Amounts, amountKinds, type Used } from './amount-views'
import { nothingUsed, usedBy } from './used-by'

/** What an organisation may have in one runtime, and has. */
export interface Quota {
  readonly runtimeId: string
  readonly runtimeName: string
  readonly limits: Amounts
  readonly used: Used
}

export const amountsOf = ({ units, cpuMillis, memoryMib, diskMib }: Amounts | RuntimeGrant): Amounts => ({
  units,
  cpuMillis,
  memoryMib,
  diskMib,
})

export const isLimited = (limits: Amounts): boolean => amountKinds.some((kind) => limits[kind] !== null)

/** Where its grants have limits. Without one nothing is counted. */
export async function quotasOf(
  tx: Tx,
  organizationId: string,
  { runtimeIds, exceptRecordId }: { runtimeIds: readonly string[]; exceptRecordId: string | null },
): Promise<Quota[]> {
  const grants = await tx.runtimeGrant.findMany({
    where: { organizationId, runtimeId: { in: [...runtimeIds] } },
    include: { runtime: { select: { name: true } } },
  })
  const limited = grants.filter((grant) => isLimited(amountsOf(grant)))
  const used = await usedBy(
    tx,
    organizationId,
    limited.map((grant) => grant.runtimeId),
    exceptRecordId,
  )
  return limited.map((grant) => ({
    runtimeId: grant.runtimeId,
    runtimeName: grant.runtime.name,
    limits: amountsOf(grant),
    used: used.get(grant.runtimeId) ?? nothingUsed,
  }))
}
