import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { enqueue } from '@/lib/queue/outbox'

const open = ['pending', 'ready', 'running'] as const

/** A starting failover ends what other records do or mean to do with the lost units: their machine will not answer. */
export async function endLostTasks(tx: Tx, record: DeployRecord): Promise<void> {
  const mine = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const lost = await tx.task.findMany({
    where: { unitId: { in: mine.flatMap((task) => task.unitId ?? []) }, recordId: { not: record.id }, state: { in: [...open] } },
    select: { id: true, recordId: true },
  })
  if (lost.length === 0) return
  await tx.task.updateMany({
    where: { id: { in: lost.map((task) => task.id) }, state: { in: [...open] } },
    data: {
      state: 'skipped',
      code: 'machine_lost',
      message: 'Its machine was lost; the unit is made again elsewhere.',
      endedAt: clock.now(),
    },
  })
  for (const recordId of new Set(lost.map((task) => task.recordId))) await enqueue(tx, 'deploy.advance', { recordId })
}
