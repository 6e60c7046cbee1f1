import type { Tx } from '@/lib/db/client'
import type { Prisma } from '@/lib/db/generated/client'
import { deployKinds, underWay } from './deploy-lifecycle'
import type { StageRecord } from './stage-record'

/** The stage for what people ask, its units for automation. Returns the record that has them, or undefined when they are ours. */
export const takeLocks = async (tx: Tx, record: StageRecord): Promise<string | undefined> =>
  deployKinds[record.kind].automation && !(await isOfWorkloads(tx, record)) ? lockUnits(tx, record) : lockStage(tx, record)

/** Where whole placements are changed there is no unit to hold. */
const isOfWorkloads = async (tx: Tx, { id }: StageRecord): Promise<boolean> =>
  (await tx.task.count({ where: { recordId: id, expect: { path: ['kind'], equals: 'workload' } } })) > 0

async function lockStage(tx: Tx, record: StageRecord): Promise<string | undefined> {
  const other = await whoHasStage(tx, record)
  if (!other) await takeStage(tx, record)
  return other
}

/** The record that has the stage, or has units of it under way to other machines. */
export async function whoHasStage(tx: Tx, record: StageRecord): Promise<string | undefined> {
  const taken = await tx.stageLock.findUnique({ where: { stageId: record.stageId } })
  if (taken) return taken.recordId === record.id ? undefined : taken.recordId
  return moveOf(tx, record)
}

/** The caller has seen that nobody has it. */
export async function takeStage(tx: Tx, { id: recordId, stageId }: StageRecord): Promise<void> {
  await tx.stageLock.upsert({ where: { stageId }, create: { stageId, recordId }, update: {} })
}

/** All units in id order, or none. */
async function lockUnits(tx: Tx, record: StageRecord): Promise<string | undefined> {
  const tasks = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const unitIds = [...new Set(tasks.flatMap((task) => task.unitId ?? []))].sort()
  const taken = await tx.unitLock.findFirst({ where: { unitId: { in: unitIds }, recordId: { not: record.id } } })
  if (taken) return taken.recordId
  const atWork = await busyElsewhere(tx, record, unitIds)
  if (atWork) return atWork
  await tx.unitLock.createMany({ data: unitIds.map((unitId) => ({ unitId, recordId: record.id })), skipDuplicates: true })
  return undefined
}

/**
 * A record of people that has one of these units in hand now; of units that move, also one that means to: its tasks name their
 * machine. A failover does not wait: it ends what others have in hand.
 */
async function busyElsewhere(tx: Tx, record: StageRecord, unitIds: readonly string[]): Promise<string | undefined> {
  if (record.kind === 'failover') return undefined
  const task = await tx.task.findFirst({
    // A command takes nothing away.
    where: { unitId: { in: [...unitIds] }, recordId: { not: record.id }, verb: { not: 'run' }, ...inHand(record) },
    select: { recordId: true },
  })
  return task?.recordId
}

const inHand = ({ kind }: StageRecord): Prisma.TaskWhereInput =>
  kind === 'migrate'
    ? { state: { in: ['pending', 'ready', 'running'] }, record: { state: { in: [...underWay] } } }
    : { state: { in: ['ready', 'running'] } }

/** Units that are on their way to another machine have no place that a plan could be carried out at. */
async function moveOf(tx: Tx, { stageId }: StageRecord): Promise<string | undefined> {
  const units = await tx.unit.findMany({ where: { stageId, removedAt: null }, select: { id: true } })
  const locks = await tx.unitLock.findMany({ where: { unitId: { in: units.map((unit) => unit.id) } }, select: { recordId: true } })
  if (locks.length === 0) return undefined
  const move = await tx.deployRecord.findFirst({
    where: { id: { in: locks.map((lock) => lock.recordId) }, kind: { in: ['failover', 'migrate'] } },
    select: { id: true },
  })
  return move?.id
}
