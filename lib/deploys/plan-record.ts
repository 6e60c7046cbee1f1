import { systemActor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { type GroupRecord, isOfGroup } from './group/parts'
import { planGroup } from './group/plan-group'
import { lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'
import { planLocked } from './plan-deploy'

const planner = systemActor('planner')

/** Makes and stores the plan of a record in `planning`, again after its inputs changed. May run twice: only a planning record is planned. */
export async function planRecord({ recordId }: { recordId: string }): Promise<void> {
  await transaction(async (tx) => {
    const { record, stage } = await lockRecord(tx, recordId)
    // A command was planned when it was asked for.
    if (record.state !== 'planning' || (!stage && !isOfGroup(record))) return
    const plan = stage ? await planLocked(tx, record, stage) : await planGroup(tx, record as GroupRecord)
    if (plan.ok) return
    await moveDeploy(tx, planner, record, plan.code === 'nothing_to_do' ? 'plan_empty' : 'plan_refused', {
      code: plan.code,
      message: plan.message,
    })
  })
}
