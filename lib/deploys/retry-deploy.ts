import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { insistFresh } from '@/lib/auth/fresh'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { refuse, whyNotRetry } from './deploy-gate'
import { DeployRequestSchema } from './deploy-request'
import { lockFor } from './get-record'
import { isOfGroup } from './group/parts'
import { shownPlan } from './group/preview-group'
import { retryGroup } from './group/retry-group'
import type { ShownPlan } from './preview-deploy'
import { openRecord } from './request-deploy'

export const RetryDeploySchema = z.object({ recordId: z.string() })

interface Ask {
  readonly recordId: string
  readonly reason?: string | undefined
  readonly expectedHash?: string | undefined
}

/** A new record that asks for the same, planned from the present. Approvals carry over only where it does no more than was signed. */
export async function retryDeploy(actor: Actor, input: Ask): Promise<{ recordId: string; number: number }> {
  return transaction(async (tx) => {
    const { record } = await retryInside(tx, actor, input)
    if (record.kind === 'remove') insistFresh(actor, 'service.remove')
    return { recordId: record.id, number: record.number }
  })
}

/** The same inside a transaction of the caller's; a preview is this, rolled back. */
export async function retryInside(
  tx: Tx,
  actor: Actor,
  { recordId, reason, expectedHash }: Ask,
): Promise<{ record: DeployRecord; plan: ShownPlan }> {
  const { record, stage } = await lockFor(tx, actor, recordId, 'deploy.request')
  refuse(whyNotRetry(actor, record))
  if (isOfGroup(record)) {
    const again = await retryGroup(tx, actor, record, { reason, expectedHash })
    return { record: again.record, plan: shownPlan(again.plan) }
  }
  if (!stage) throw new AppError('conflict', 'Ask for the command again, with the targets that it shall run on.', { reason: 'command' })
  const service = await tx.service.findUniqueOrThrow({ where: { id: stage.serviceId } })
  return openRecord(tx, actor, {
    service,
    stage,
    kind: record.kind,
    request: DeployRequestSchema.parse(record.request),
    reason: reason || (record.reason ?? undefined),
    expectedHash,
    onFailure: record.onFailure === 'roll_back' ? 'roll_back' : 'stop',
    retryOfId: record.id,
    promotedFromId: record.promotedFromId ?? undefined,
  })
}
