import { db } from '@/lib/db/client'
import { driverKindOf, driverOf } from './driver-of'
import { serviceOf } from './run-tasks'

/** Tells the targets of a cancelled record to stop where they are. They confirm through the callback, or the record is given up. */
export async function stopTasks({ recordId }: { recordId: string }): Promise<void> {
  const record = await db.deployRecord.findUnique({ where: { id: recordId }, select: { state: true } })
  if (record?.state !== 'cancelling') return
  const running = await db.task.findMany({ where: { recordId, state: 'running', verb: { not: 'check' } } })
  const targets = await db.deployTarget.findMany({ where: { recordId }, select: { id: true, runtimeId: true, placementId: true } })
  const placementOf = new Map(targets.map((target) => [target.id, target.placementId]))
  const runtimes = await db.runtime.findMany({
    where: { id: { in: targets.map((target) => target.runtimeId) } },
    select: { id: true, kind: true, driver: true },
  })
  const service = await serviceOf(recordId)
  for (const runtime of runtimes) {
    const here = new Set(targets.filter((target) => target.runtimeId === runtime.id).map((target) => target.id))
    const orders = running
      .filter((task) => here.has(task.targetId))
      .map((task) => ({
        ...task,
        recordId,
        taskId: task.id,
        placementId: placementOf.get(task.targetId) ?? null,
        generation: 0,
        params: {},
        checkTaskId: null,
      }))
    if (orders.length > 0) await driverOf(driverKindOf(runtime, service)).stop(orders)
  }
}
