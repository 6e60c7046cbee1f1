import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { isUnstarted, unstarted } from '@/lib/deploys/deploy-lifecycle'
import { lockRecord } from '@/lib/deploys/lock-record'
import { moveDeploy } from '@/lib/deploys/move-deploy'
import { endTransfersOfBlocked } from '@/lib/files/end-transfers'
import { logger } from '@/lib/logger'
import { endTerminal } from '@/lib/terminals/record-said'

const log = logger('accounts.blocked')
const sweep = systemActor('block-list')
const mostAtOnce = 500

interface Found {
  id: string
}

/**
 * Closes what blocked people still have: sessions, tokens (those they made for organisations, too: they know them), terminals, files
 * on their way, and deploys that have not started. Asked of the rows, so that it is the same after a crash, for a request that was
 * under way at the time, and when no news of the block arrived.
 */
export async function endBlocked(): Promise<void> {
  await db.$executeRaw`delete from "Session" s using "User" u where u.id = s."userId" and u."blockedAt" is not null`
  await db.$executeRaw`
    update "ApiToken" t set "revokedAt" = ${clock.now().toISOString()}::timestamp, "revokedById" = u."blockedById" from "User" u
    where u.id = t."userId" and u."blockedAt" is not null and t."revokedAt" is null`
  const terminals = await db.$queryRaw<Found[]>`
    select t.id from "Terminal" t join "User" u on u.id = t."userId"
    where t."endedAt" is null and u."blockedAt" is not null limit ${mostAtOnce}`
  for (const { id } of terminals) await alone(id, () => endTerminal(id, 'revoked'))
  await endTransfersOfBlocked()
  const records = await db.$queryRaw<Found[]>`
    select r.id from "DeployRecord" r join "User" u on u.id = r."requesterId"
    where r."endedAt" is null and r.state = any(${[...unstarted]}::"DeployState"[]) and r."partOfId" is null and u."blockedAt" is not null
    order by r.id limit ${mostAtOnce}`
  for (const { id } of records) await alone(id, () => cancelOne(id))
}

/** One that cannot be closed now keeps no other open; the next look tries it again. */
async function alone(id: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => log.warn({ err: error, id }, 'something of a blocked person could not be closed'))
}

/** Asked again under its lock: it may have started, or its requester been let in again. */
async function cancelOne(recordId: string): Promise<void> {
  await transaction(async (tx) => {
    const { record } = await lockRecord(tx, recordId)
    if (!isUnstarted(record.state)) return
    const requester = await tx.user.findUnique({ where: { id: record.requesterId ?? '' }, select: { blockedAt: true } })
    if (requester?.blockedAt) await moveDeploy(tx, sweep, record, 'requester_blocked', { code: 'requester_blocked' })
  })
}
