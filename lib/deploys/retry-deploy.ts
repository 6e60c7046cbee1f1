import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { refuse, whyNotRetry } from './deploy-gate'
import { DeployRequestSchema } from './deploy-request'
import { lockFor } from './get-record'
import { openRecord } from './request-deploy'

export const RetryDeploySchema = z.object({ recordId: z.string() })

/** A new record that asks for the same, planned from the present. Approvals carry over only where it does no more than was signed. */
export async function retryDeploy(
  actor: Actor,
  { recordId }: z.infer<typeof RetryDeploySchema>,
): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record, stage } = await lockFor(tx, actor, recordId, 'deploy.request')
    refuse(whyNotRetry(actor, record))
    const service = await tx.service.findUniqueOrThrow({ where: { id: record.serviceId } })
    const opened = await openRecord(tx, actor, {
      service,
      stage,
      kind: record.kind,
      request: DeployRequestSchema.parse(record.request),
      reason: record.reason ?? undefined,
      onFailure: record.onFailure === 'roll_back' ? 'roll_back' : 'stop',
      retryOfId: record.id,
    })
    return { recordId: opened.record.id, number: opened.record.number }
  })
}
