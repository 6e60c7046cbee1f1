import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord, Prisma } from '@/lib/db/generated/client'
import type { DeployState } from '@/lib/db/generated/enums'
import { AppError } from '@/lib/errors'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { loadRules } from '@/lib/policies/load-rules'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { undecidedMs } from './change-window'
import { type DeployEvent, deployLifecycle, isUnstarted } from './deploy-lifecycle'
import { endDeploy } from './end-deploy'
import { noSooner } from './schedule'

type Data = Omit<Prisma.DeployRecordUncheckedUpdateManyInput, 'state' | 'id'>

/** The only writer of a record's `state`. Every end cleans up in the same transaction. */
export async function moveDeploy<R extends DeployRecord>(tx: Tx, actor: Actor, record: R, event: DeployEvent, data: Data = {}): Promise<R> {
  const now = clock.now()
  const state = deployLifecycle.next(record.state, event)
  const ended = deployLifecycle.isFinal(state)
  const { count } = await tx.deployRecord.updateMany({
    where: { id: record.id, state: record.state },
    data: {
      ...(await timesOf(tx, { state, record, now })),
      ...placeInLine(state, event, record, now),
      opensAt: null,
      ...(ended ? { endedAt: now, waitsForId: null } : {}),
      ...data,
      state,
      stateSince: now,
      revision: { increment: 1 },
    },
  })
  if (count === 0) throw new AppError('stale', `Deploy #${record.number} changed before it could ${event.replaceAll('_', ' ')}.`)
  // What it is of never changes.
  const moved = (await tx.deployRecord.findUniqueOrThrow({ where: { id: record.id } })) as R
  await writeEvent(tx, actor, {
    name: `deploy.${event}`,
    organizationId: record.organizationId,
    subject: { kind: 'deploy', id: record.id },
    data: { from: record.state, to: state, number: record.number, ...(moved.code ? { code: moved.code } : {}) },
  })
  // The page of the whole shows its parts.
  if (record.partOfId) tellLive(tx, [`record:${record.partOfId}`], 'deploy.part_moved')
  if (record.state === 'queued' && event !== 'start' && state !== 'queued') await breakPromise(tx, record)
  if (ended) await endDeploy(tx, actor, moved)
  return moved
}

/** Plans were made from what a queued record promised; now it will not run, or not so. Whoever relied on it is planned anew. */
async function breakPromise(tx: Tx, { id, stageId }: DeployRecord): Promise<void> {
  if (stageId === null) return
  const relying = await tx.deployRecord.count({ where: { plannedAfterId: id, endedAt: null } })
  if (relying > 0) await raiseInputs(tx, [stageId])
}

/** Who is planned anew because somebody else's change came first keeps its place, unless it must be decided anew. */
function placeInLine(state: DeployState, event: DeployEvent, record: DeployRecord, now: Date): Data {
  if (state === 'queued') return { queuedAt: record.queuedAt ?? noSooner(record, now) }
  return isUnstarted(state) && event !== 'inputs_changed' ? { queuedAt: null } : {}
}

interface Moving {
  readonly state: DeployState
  readonly record: DeployRecord
  readonly now: Date
}

/** Every state that waits has a time by which somebody must have acted; a running record has its tasks' deadlines. */
async function timesOf(tx: Tx, { state, record, now }: Moving): Promise<Data> {
  const inMs = (ms: number) => new Date(now.getTime() + ms)
  if (isUnstarted(state)) {
    const since = record.undecidedSince ?? now
    return {
      undecidedSince: since,
      // Until its time has come nobody is late.
      deadlineAt: new Date(noSooner(record, since).getTime() + undecidedMs(await loadRules(tx, record))),
    }
  }
  if (state === 'running') return { startedAt: record.startedAt ?? now, deadlineAt: null, pausedAt: null }
  if (state === 'paused') return { pausedAt: now, deadlineAt: inMs(pace('pauseLimit')) }
  if (state === 'cancelling') return { cancelledAt: now, deadlineAt: inMs(pace('cancelGiveUp')) }
  return { deadlineAt: null }
}
