import { clock } from '@/lib/clock'
import { noteApplied, settleBadly, settleWell } from '@/lib/clusters/settle-order'
import { db } from '@/lib/db/client'
import { leaveLease, takeLease } from '@/lib/db/lease'
import { transaction } from '@/lib/db/transaction'
import { newId } from '@/lib/ids'
import type { JobPayload } from '@/lib/queue/jobs'
import { enqueue } from '@/lib/queue/outbox'
import { unitRelations } from '@/lib/relations/unit-relations'
import { sayOfTask, type TaskOfWorkload } from '@/lib/workloads/say-of-task'
import { type Entry, findEntries } from './find-entries'

const leaseMs = 30_000

/**
 * Carries out what was ordered of a route on machines: its ways in are told, and once each that serves has confirmed it, the order is
 * over. May run at any time and twice; whoever hears a confirmation asks for it again.
 */
export async function carryOutRoute({ placementId }: JobPayload<'route.carry-out'>): Promise<void> {
  // Of two that spoke for one task at once, one's last word would be taken for a repetition of the other's. Who comes meanwhile leaves
  // it to the sweep.
  const [lease, holder] = [`route ${placementId}`, newId()]
  if (!(await takeLease(lease, holder, leaseMs))) return
  await carryOut(placementId).finally(() => leaveLease(lease, holder))
}

async function carryOut(placementId: string): Promise<void> {
  const row = await db.workload.findUnique({
    where: { placementId },
    include: { placement: { select: { stage: { select: { environment: true, service: { select: { applicationId: true } } } } } } },
  })
  if (!row?.causeRecordId || !row.causeTaskId || row.clusterId) return
  const { placement, ...workload } = row
  const task = { recordId: row.causeRecordId, taskId: row.causeTaskId, attempt: row.causeAttempt ?? 1 }
  const order = { row: workload, task, inventory: [] }
  if (row.isCalledOff)
    return settleBadly(order, { code: 'cancelled', message: 'It was called off; its ways in serve what they were told last.' })
  const { environment, service } = placement.stage
  const entries = await findEntries(db, { applicationId: service.applicationId, environment })
  if (row.appliedRevision < row.revision) {
    if (!(await noteApplied(order, 0))) return
    await say(task, `Its ways in are told: ${entries.map((entry) => entry.service).join(', ') || 'there is none'}.`)
  }
  const { serving, waiting, confirmed } = await confirmations(entries)
  // One whose last word was lost with its process has come to its state already.
  const isNew = row.appliedRevision < row.revision
  const state = isNew ? (row.wanted === 'absent' ? ('removing' as const) : ('progressing' as const)) : row.state
  const begun = { ...order, row: { ...workload, state } }
  if (waiting > 0) return tell(entries)
  if (serving === 0 && row.wanted !== 'absent')
    return settleBadly(begun, { code: 'no_entry', message: 'No unit of a way in is running, so nobody could serve it.' })
  await say(task, confirmed.length > 0 ? `Confirmed by ${confirmed.join(', ')}.` : 'No unit of a way in runs that could still serve it.')
  await settleWell(begun, [])
}

/** Units of these services that serve or are about to, and how many of them have not confirmed what is true now. */
async function confirmations(entries: readonly Entry[]): Promise<{ serving: number; waiting: number; confirmed: string[] }> {
  const units = await db.unit.findMany({
    where: {
      stageId: { in: entries.map((entry) => entry.stageId) },
      removedAt: null,
      leavingAt: null,
      state: { in: ['deployed', 'installed', 'ready', 'running'] },
    },
    select: { id: true, ordinal: true, stageId: true, state: true, relationsDigest: true },
  })
  const now = await unitRelations(
    db,
    units.map((unit) => unit.id),
  )
  const nameOf = new Map(entries.map((entry) => [entry.stageId, entry.service]))
  const heard = units.filter((unit) => unit.state === 'running' && now.get(unit.id)?.digest === unit.relationsDigest)
  return {
    serving: units.length,
    waiting: units.length - heard.length,
    confirmed: heard.map((unit) => `${nameOf.get(unit.stageId)}/${unit.ordinal}`).sort(),
  }
}

const say = (task: TaskOfWorkload, text: string) => sayOfTask(task, { log: [{ at: clock.now().toISOString(), stream: 'agent', text }] })

const tell = (entries: readonly Entry[]) =>
  transaction(async (tx) => {
    for (const { stageId } of entries) await enqueue(tx, 'relation.tell', { stageId })
  })

/** What a lost word would leave waiting: looked at again. */
export async function carryOutRoutes(): Promise<number> {
  const rows = await db.workload.findMany({
    where: { clusterId: null, causeTaskId: { not: null } },
    select: { placementId: true },
    orderBy: { placementId: 'asc' },
    take: 200,
  })
  for (const { placementId } of rows) await carryOutRoute({ placementId })
  return rows.length
}
