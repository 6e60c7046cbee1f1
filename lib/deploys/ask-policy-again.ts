import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { loadRules } from '@/lib/policies/load-rules'
import { approvalsStanding, loseApprovals } from './approvals-standing'
import { undecidedMs } from './change-window'
import { moveDeploy } from './move-deploy'
import { noteStanding } from './note-standing'
import { queued } from './plan-deploy'
import { noSooner } from './schedule'

/** While people decide, policy may come to ask for fewer of them, for others, or for an answer sooner. */
export async function askPolicyAgain<R extends DeployRecord>(tx: Tx, actor: Actor, record: R): Promise<DeployRecord> {
  const { given, needed } = await approvalsStanding(tx, record, await loseApprovals(tx, record))
  if (given >= needed) {
    const moved = await moveDeploy(tx, actor, record, 'policy_loosened', { approvalsNeeded: needed })
    await noteStanding(tx, moved)
    await queued(tx, actor, moved)
    return moved
  }
  const { undecidedSince: since, deadlineAt } = record
  const deadline = since && deadlineAt && new Date(noSooner(record, since).getTime() + undecidedMs(await loadRules(tx, record)))
  if (needed === record.approvalsNeeded && deadline?.getTime() === deadlineAt?.getTime()) return record
  return tx.deployRecord.update({
    where: { id: record.id },
    data: { approvalsNeeded: needed, deadlineAt: deadline, revision: { increment: 1 } },
  })
}
