import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Plan } from '@/lib/db/generated/client'
import { PlanDiffSchema, PlanSummarySchema } from '@/lib/deploys/plan-views'
import { previewOf, type ShownPlan } from '@/lib/deploys/preview-deploy'
import type { PlanPreview } from '@/lib/deploys/views'

/** The plan of a group, made as the request would make it, in a transaction that is rolled back. */
export const previewGroupOf = (actor: Actor, ask: (tx: Tx) => Promise<{ record: DeployRecord; plan: Plan }>): Promise<PlanPreview> =>
  previewOf(actor, async (tx) => {
    const { record, plan } = await ask(tx)
    return { record, plan: shownPlan(plan) }
  })

/** Of a stored plan what a preview shows. */
export const shownPlan = ({ hash, expectedHash, summary, diff }: Plan): ShownPlan => ({
  hash,
  expectedHash,
  summary: PlanSummarySchema.parse(summary),
  diff: PlanDiffSchema.parse(diff),
})
