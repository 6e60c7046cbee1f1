import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { deployLifecycle, isUnderWay, isUnstarted } from '@/lib/deploys/deploy-lifecycle'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import type { StageRecord } from '@/lib/deploys/stage-record'
import { enqueue } from '@/lib/queue/outbox'
import { type GroupRecord, partsOf } from './parts'
import { startGroup, whileGroupWaits } from './start-group'

const hasEnded = (part: StageRecord): boolean => deployLifecycle.isFinal(part.state)
const hasFailed = (part: StageRecord): boolean => hasEnded(part) && part.state !== 'succeeded'

/**
 * What a group's record does now, from the states of its parts alone: it starts them together, lets each go once those before it
 * have succeeded, stops what has not begun when one failed, and ends when all have. The caller holds all their stages.
 */
export async function advanceGroup(tx: Tx, actor: Actor, found: GroupRecord): Promise<void> {
  if (found.state === 'awaiting_approval') return void (await whileGroupWaits(tx, actor, found))
  const record = found.state === 'queued' ? await startGroup(tx, actor, found) : found
  if (!isUnderWay(record.state)) return
  const parts = await partsOf(tx, record.id)
  const isStopping = record.state === 'cancelling' || parts.some(hasFailed)
  for (const part of parts) await followGroup(tx, actor, { record, part, isStopping })
  await endWithParts(tx, actor, record)
}

interface Follow {
  readonly record: DeployRecord
  readonly part: StageRecord
  readonly isStopping: boolean
}

async function followGroup(tx: Tx, actor: Actor, { record, part, isStopping }: Follow): Promise<void> {
  const why = { code: record.state === 'cancelling' ? 'cancelled' : 'not_reached', message: `With #${record.number}.` }
  if (isStopping && isUnstarted(part.state)) return void (await moveDeploy(tx, actor, part, 'withdraw', why))
  // Planned anew it would do more than was signed.
  if (part.state === 'awaiting_approval') return void (await moveDeploy(tx, actor, part, 'withdraw', changed))
  if (record.state === 'cancelling' && (part.state === 'running' || part.state === 'paused')) {
    await moveDeploy(tx, actor, part, 'cancel', why)
    await enqueue(tx, 'deploy.stop-tasks', { recordId: part.id })
  }
  if (record.state === 'paused' && part.state === 'running') await moveDeploy(tx, actor, part, 'pause')
  if (record.state === 'running' && part.state === 'paused') await moveDeploy(tx, actor, part, 'resume')
  if (!hasEnded(part)) await enqueue(tx, 'deploy.advance', { recordId: part.id })
}

const changed = { code: 'plan_changed', message: 'What it needs has changed since it was approved. Ask for it again.' }

async function endWithParts(tx: Tx, actor: Actor, record: DeployRecord): Promise<void> {
  const parts = await partsOf(tx, record.id)
  if (!parts.every(hasEnded)) return
  const failed = parts.find((part) => part.state === 'failed') ?? parts.find(hasFailed)
  if (!failed) return void (await moveDeploy(tx, actor, record, 'tasks_ended_well'))
  const event = record.state === 'cancelling' ? 'tasks_ended_cancelled' : 'tasks_ended_badly'
  await moveDeploy(tx, actor, record, event, {
    code: failed.code,
    message: failed.message ? `${failed.serviceName}: ${failed.message}` : null,
  })
}
