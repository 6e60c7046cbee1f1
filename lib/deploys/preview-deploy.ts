import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import type { RequestDeployInput } from './deploy-request'
import { approvalRule, titleOf } from './deploy-views'
import type { PlanMade } from './plan/plan-types'
import { requestInside } from './request-deploy'
import type { PlanPreview } from './views'

class RolledBack extends Error {
  constructor(readonly preview: PlanPreview) {
    super('rolled back on purpose')
  }
}

/** The plan of a request, made exactly as the request would make it, in a transaction that is rolled back. */
export async function previewDeploy(actor: Actor, input: RequestDeployInput): Promise<PlanPreview> {
  return previewOf(actor, (tx) => requestInside(tx, actor, { ...input, expectedHash: undefined }))
}

/** Of a plan what a preview shows. */
export type ShownPlan = Pick<PlanMade, 'hash' | 'expectedHash' | 'summary' | 'diff'>

export async function previewOf(actor: Actor, ask: (tx: Tx) => Promise<{ record: DeployRecord; plan: ShownPlan }>): Promise<PlanPreview> {
  try {
    return await transaction(async (tx) => {
      const { record, plan } = await ask(tx)
      throw new RolledBack({
        hash: plan.hash,
        expectedHash: plan.expectedHash,
        title: await titleOf(tx, record),
        environment: record.environment,
        summary: plan.summary,
        diff: plan.diff,
        approval: await approvalRule(tx, actor, record),
      })
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.preview
    throw error
  }
}
