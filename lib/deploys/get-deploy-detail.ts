import type { Actor } from '@/lib/auth/actor'
import { db } from '@/lib/db/client'
import { readEvents } from '@/lib/events/read-events'
import { type DeployAddress, findRecord } from './find-record'
import { PlanDiffSchema } from './plan-views'
import type { DeployDetail } from './views'

/** Diff, signed document and events of a record: what only an opened tab asks for. */
export async function getDeployDetail(actor: Actor, address: DeployAddress): Promise<DeployDetail> {
  const record = await findRecord(actor, address)
  const [plan, events] = await Promise.all([
    record.planId ? db.plan.findUnique({ where: { id: record.planId }, select: { diff: true, document: true } }) : null,
    readEvents('deploy', record.id, 200),
  ])
  return { diff: plan ? PlanDiffSchema.parse(plan.diff) : [], document: plan?.document ?? null, events }
}
