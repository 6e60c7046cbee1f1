import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { handOverCommands, withdrawCommands } from '@/lib/commands/desired-commands'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { enqueue } from '@/lib/queue/outbox'
import { allocateUnits } from './allocate-units'
import { askPolicyAgain } from './ask-policy-again'
import { confirmTargets } from './confirm-targets'
import { isUnderWay, isUnstarted } from './deploy-lifecycle'
import { type Decision, decide } from './engine/decide'
import { finishFree, startFree } from './free-record'
import { advanceGroup } from './group/advance-group'
import { isOfGroup } from './group/parts'
import { startPart } from './group/start-part'
import { loadSituation } from './load-situation'
import { type LockedRecord, lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'
import { moveTasks, tellTasksMoved } from './move-tasks'
import { putOffWorkloads } from './put-off-workloads'
import { isOfStage } from './stage-record'
import { startDeploy, whileWaiting } from './start-deploy'
import { withdrawUnits } from './withdraw-units'

const engine = systemActor('engine')

/**
 * The whole engine (design/2): lock, look at rows, decide what may happen now, write it. Takes no other input and may
 * run twice, late, or after a crash; every callback, gate and sweep ends here.
 */
export async function advanceDeploy({ recordId }: { recordId: string }): Promise<void> {
  await transaction(async (tx) => {
    const locked = await lockRecord(tx, recordId)
    if (isOfGroup(locked.record)) return advanceGroup(tx, engine, locked.record)
    const record = isUnstarted(locked.record.state) ? await start(tx, locked) : locked.record
    if (isUnderWay(record.state)) await work(tx, record)
  })
}

async function start(tx: Tx, locked: LockedRecord): Promise<DeployRecord> {
  if (locked.stage && locked.record.partOfId) return startPart(tx, engine, locked)
  if (locked.record.state === 'awaiting_approval') {
    const seen = locked.stage ? await whileWaiting(tx, engine, locked) : locked.record
    return seen.state === 'awaiting_approval' ? askPolicyAgain(tx, engine, seen) : seen
  }
  if (locked.record.state !== 'queued') return locked.record
  return locked.stage ? startDeploy(tx, engine, locked) : startFree(tx, engine, locked.record)
}

async function work(tx: Tx, record: DeployRecord): Promise<void> {
  const decision = decide(await loadSituation(tx, record))
  await moveTasks(tx, record.id, decision.moves)
  if (isOfStage(record)) {
    await allocateUnits(tx, record, decision.moves)
    await withdrawUnits(tx, record, decision.moves)
    await putOffWorkloads(tx, decision.moves)
  } else {
    await handOverCommands(tx, decision.moves)
    await withdrawCommands(tx, decision.moves)
  }
  if (decision.moves.some((move) => move.event === 'release' || move.event === 'lose_owner')) {
    await enqueue(tx, 'deploy.run-tasks', { recordId: record.id })
  }
  if (decision.moves.length > 0) tellTasksMoved(tx, record)
  if (decision.end) await finish(tx, record, decision.end)
}

/** Nothing of it came anywhere, and nothing is lost: what was approved waits for its clusters. */
const putOff = { code: 'all_deferred', message: 'None of its clusters answered; what was approved is brought there when they do.' }

async function finish(tx: Tx, record: DeployRecord, end: NonNullable<Decision['end']>): Promise<void> {
  if (!isOfStage(record)) return finishFree(tx, engine, record, end)
  await confirmTargets(tx, record, end)
  const first = await tx.task.findFirst({ where: { recordId: record.id, state: 'failed' }, orderBy: { endedAt: 'asc' } })
  const isPutOff = end.event === 'tasks_ended_badly' && !first && end.deferred > 0
  const why = isPutOff ? putOff : { code: first?.code ?? record.code, message: first?.message ?? record.message }
  await moveDeploy(tx, engine, record, end.event, {
    ...(end.event === 'tasks_ended_well' ? {} : why),
    deferred: end.deferred,
    endedAt: clock.now(),
  })
}
