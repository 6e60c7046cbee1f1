import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'

/** What ran without a person names the policy that let it, and its version; where none was set, the platform's default did. */
export async function noteStanding(
  tx: Tx,
  { id: recordId, serviceId, requesterId, approvalsNeeded, rollbackOfId }: DeployRecord,
  planHash: string,
): Promise<void> {
  if (requesterId !== null || rollbackOfId !== null || approvalsNeeded > 0 || serviceId === null) return
  const policy = await tx.standingPolicy.findUnique({ where: { serviceId }, select: { version: true } })
  if (!policy) return
  const data = { recordId, planHash, decision: 'approve', policy: `standing:${policy.version}`, at: clock.now() }
  await tx.approval.create({ data })
}
