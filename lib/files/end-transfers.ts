import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { pace } from '@/lib/pace'

const keptMs = 24 * 3_600_000

/** Those whose door went away in the middle; after a day nothing but the events tells of one. */
export async function endTransfers(): Promise<void> {
  const limit = new Date(clock.nowMs() - pace('fileLimit'))
  await db.fileTransfer.updateMany({ where: { endedAt: null, createdAt: { lt: limit } }, data: { endedAt: clock.now(), code: 'stopped' } })
  await db.filePart.deleteMany({ where: { transfer: { endedAt: { not: null } } } })
  await db.fileTransfer.deleteMany({ where: { createdAt: { lt: new Date(clock.nowMs() - keptMs) } } })
}
