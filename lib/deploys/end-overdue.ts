import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { enqueue } from '@/lib/queue/outbox'
import { isUnstarted } from './deploy-lifecycle'
import { giveUp } from './give-up-deploy'
import { lockRecord } from './lock-record'
import { moveDeploy } from './move-deploy'

const sweep = systemActor('sweep:overdue')

/** Records whose time to act is over: expired, paused too long, or a cancel nobody confirmed. At most `limit` a look. */
export async function endOverdue(limit = 100): Promise<number> {
  const overdue = await db.deployRecord.findMany({
    where: { deadlineAt: { lt: clock.now() }, endedAt: null },
    select: { id: true },
    orderBy: { deadlineAt: 'asc' },
    take: limit,
  })
  for (const { id } of overdue) await endOne(id)
  return overdue.length
}

async function endOne(recordId: string): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockRecord(tx, recordId)
    if (!record.deadlineAt || record.deadlineAt > clock.now() || record.endedAt) return
    if (isUnstarted(record.state)) {
      await moveDeploy(tx, sweep, record, 'expire', { code: 'expired', message: 'Nobody decided in time.' })
    } else if (record.state === 'paused') {
      await moveDeploy(tx, sweep, record, 'cancel', { code: 'paused_too_long' })
      await enqueue(tx, 'deploy.stop-tasks', { recordId })
      await enqueue(tx, 'deploy.advance', { recordId })
    } else if (record.state === 'cancelling') {
      await giveUp(tx, sweep, record)
    }
  })
}
