import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Plan } from '@/lib/db/generated/client'
import { PlanDiffSchema, PlanSummarySchema } from '@/lib/deploys/plan-views'
import { previewOf } from '@/lib/deploys/preview-deploy'
import type { PlanPreview } from '@/lib/deploys/views'

/** The plan of a group, made as the request would make it, in a transaction that is rolled back. */
export const previewGroupOf = (actor: Actor, ask: (tx: Tx) => Promise<{ record: DeployRecord; plan: Plan }>): Promise<PlanPreview> =>
  previewOf(actor, async (tx) => {
    const { record, plan } = await ask(tx)
    const { hash, expectedHash } = plan
    return { record, plan: { hash, expectedHash, summary: PlanSummarySchema.parse(plan.summary), diff: PlanDiffSchema.parse(plan.diff) } }
  })
