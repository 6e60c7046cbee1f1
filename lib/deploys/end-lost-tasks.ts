import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { enqueue } from '@/lib/queue/outbox'

/** A starting failover ends what other records still wait for on the lost units: the machine will not answer for them. */
export async function endLostTasks(tx: Tx, record: DeployRecord): Promise<void> {
  const mine = await tx.task.findMany({ where: { recordId: record.id, unitId: { not: null } }, select: { unitId: true } })
  const lost = await tx.task.findMany({
    where: { unitId: { in: mine.flatMap((task) => task.unitId ?? []) }, recordId: { not: record.id }, state: 'running' },
    select: { id: true, recordId: true },
  })
  if (lost.length === 0) return
  await tx.task.updateMany({
    where: { id: { in: lost.map((task) => task.id) }, state: 'running' },
    data: {
      state: 'skipped',
      code: 'machine_lost',
      message: 'Its machine was lost; the unit is made again elsewhere.',
      endedAt: clock.now(),
    },
  })
  for (const recordId of new Set(lost.map((task) => task.recordId))) await enqueue(tx, 'deploy.advance', { recordId })
}
