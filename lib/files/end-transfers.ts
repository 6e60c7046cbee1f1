import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { pace } from '@/lib/pace'
import { endedTransfer } from './order-file'

const keptMs = 24 * 3_600_000

/** Those whose door went away in the middle; after a day nothing but the events tells of one. */
export async function endTransfers(): Promise<void> {
  const limit = new Date(clock.nowMs() - pace('fileLimit'))
  await db.fileTransfer.updateMany({ where: { endedAt: null, createdAt: { lt: limit } }, data: { endedAt: clock.now(), code: 'stopped' } })
  await db.filePart.deleteMany({ where: { transfer: { endedAt: { not: null } } } })
  await db.fileTransfer.deleteMany({ where: { createdAt: { lt: new Date(clock.nowMs() - keptMs) } } })
}

/** What blocked people have on its way: no part of it is handed on any more, and machines hear that they may stop. */
export async function endTransfersOfBlocked(): Promise<void> {
  const ended = await db.$queryRaw<{ id: string; machineId: string }[]>`
    update "FileTransfer" t set "endedAt" = ${clock.now().toISOString()}::timestamp, code = 'revoked' from "User" u
    where u.id = t."userId" and u."blockedAt" is not null and t."endedAt" is null returning t.id, t."machineId"`
  await db.filePart.deleteMany({ where: { transferId: { in: ended.map(({ id }) => id) } } })
  for (const transfer of ended) await endedTransfer(transfer)
}
