import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'

/** The record leaves default lists when every target said that it is gone. It stays at its address. */
export async function hideGone(tx: Tx, record: DeployRecord): Promise<void> {
  if (record.hiddenAt) return
  const tasks = await tx.task.findMany({ where: { recordId: record.id }, select: { targetId: true, goneAt: true } })
  const targets = new Set(tasks.map((task) => task.targetId))
  const gone = new Set(tasks.filter((task) => task.goneAt).map((task) => task.targetId))
  if (targets.size > 0 && [...targets].every((target) => gone.has(target))) {
    await tx.deployRecord.update({ where: { id: record.id }, data: { hiddenAt: clock.now(), revision: { increment: 1 } } })
  }
}
