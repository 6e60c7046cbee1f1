import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Workload } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import type { ObjectRef } from '@/lib/drivers/kubernetes/apply-set'
import { lockWorkload, moveWorkload } from '@/lib/workloads/move-workload'
import { sayOfTask } from '@/lib/workloads/say-of-task'
import type { WorkloadEvent } from '@/lib/workloads/workload-lifecycle'
import type { Order } from './load-orders'
import { nothingOutside } from './outside-changes'

/** As much of an order as its end needs to know. */
type Ordered = Pick<Order, 'row' | 'task' | 'inventory'>
type Data = Parameters<typeof moveWorkload>[3]

/** Writes what became of an order, as long as it is the one that stands. */
async function write(order: Ordered, event: WorkloadEvent | null, data: (row: Workload) => Data): Promise<boolean> {
  return transaction(async (tx) => {
    const row = await lockWorkload(tx, order.row.placementId)
    if (!row || row.causeTaskId !== order.task.taskId || row.revision !== order.row.revision) return false
    if (event) await moveWorkload(tx, row, event, data(row))
    else await tx.workload.update({ where: { placementId: row.placementId }, data: data(row) ?? {} })
    return true
  })
}

const keyOf = ({ apiVersion, kind, name }: ObjectRef): string => `${apiVersion} ${kind} ${name}`
/** What the second says of the same object is what is known. */
export const union = (a: readonly ObjectRef[], b: readonly ObjectRef[]): ObjectRef[] => [
  ...new Map([...a, ...b].map((ref) => [keyOf(ref), ref])).values(),
]

/** Before anything is made it is written down: what is made must be found again, whoever dies. */
export const noteObjects = (order: Ordered, refs: readonly ObjectRef[]): Promise<boolean> =>
  write(order, null, () => ({ inventory: json(union(refs, order.inventory)) }))

/** The cluster has taken all of it. */
export const noteApplied = (order: Ordered, generation: number, inventory?: readonly ObjectRef[]): Promise<boolean> =>
  write(order, order.row.wanted === 'absent' ? 'begin_removal' : 'begin', () => ({
    appliedRevision: order.row.revision,
    appliedAt: clock.now(),
    appliedGeneration: generation,
    ...(inventory ? { inventory: json(union(order.inventory, inventory)) } : {}),
    code: null,
    message: null,
    lastLines: null,
  }))

const over = { causeRecordId: null, causeTaskId: null, causeAttempt: null }

/** Rows first, then the word that ends the task, then the order is over: whoever goes on after a death says it again. */
export async function settleWell(order: Ordered, inventory: readonly ObjectRef[]): Promise<void> {
  const { row, task } = order
  const [event, state] =
    row.wanted === 'absent'
      ? (['gone', 'removed'] as const)
      : row.wanted === 'stopped'
        ? (['halt', 'stopped'] as const)
        : (['roll_out', 'available'] as const)
  const isGone = row.wanted === 'absent'
  const shown = isGone
    ? {
        shownDigest: null,
        shownReleaseId: null,
        restartToken: null,
        held: false,
        heldRecordId: null,
        desired: 0,
        updated: 0,
        ready: 0,
        available: 0,
        relationsDigest: null,
        relationsShown: null,
        ...nothingOutside,
      }
    : { shownDigest: row.contentDigest, shownReleaseId: row.releaseId, relationsShown: row.relationsDigest }
  const isMine = await write(order, row.state === state ? null : event, () => ({ ...shown, inventory: json(inventory) }))
  if (!isMine) return
  // What was known of how a route answers was of what was there before.
  await db.routeSight.updateMany({ where: { placementId: row.placementId }, data: { checkedAt: null } })
  await sayOfTask(task, { done: { ok: true } })
  await write(order, null, () => over)
}

interface Failure {
  readonly code: string
  readonly message: string
  readonly lines?: readonly string[]
  /** Nothing of it reached the cluster: what was there is as it was. */
  readonly isUntouched?: boolean
}

export async function settleBadly(order: Ordered, { code, message, lines = [], isUntouched = false }: Failure): Promise<void> {
  const { row, task } = order
  const canFail = !isUntouched && (row.state === 'progressing' || row.state === 'removing')
  const why = { code, message: message.slice(0, 2000), lastLines: lines.length > 0 ? lines.join('\n').slice(-16_000) : null }
  const isMine = await write(order, canFail ? 'fail' : null, () => (isUntouched ? {} : why))
  if (!isMine) return
  const at = clock.now().toISOString()
  await sayOfTask(task, {
    log: [...lines.map((text) => ({ at, stream: 'stdout' as const, text })), { at, stream: 'agent' as const, text: message }],
    done: { ok: false, code, message: message.slice(0, 2000) },
  })
  await write(order, null, () => over)
}
