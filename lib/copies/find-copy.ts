import { db, type Tx } from '@/lib/db/client'
import type { DataCopy } from '@/lib/db/generated/client'
import { env } from '@/lib/env'
import { AppError, notFound } from '@/lib/errors'
import { hashToken } from '@/lib/ids'
import { PackedData } from '@/lib/protocol/copy'

export const copyLimitBytes = (): number => env().DATA_COPY_LIMIT_MIB * 2 ** 20

/** What was packed; null = it is not whole yet. */
export const packedIn = ({ packed }: Pick<DataCopy, 'packed'>): PackedData | null => PackedData.nullable().parse(packed)

type Side = 'fromMachineId' | 'toMachineId'

/** A copy for an agent: only with the ticket of a session of the machine that sends it, or of the one that fetches it. */
export async function findCopy(ticket: string, copyId: string, side: Side, tx: Tx = db): Promise<DataCopy> {
  const machine = await tx.machine.findFirst({ where: { ticketHash: hashToken(ticket) }, select: { id: true } })
  if (!machine) throw new AppError('sign_in', 'This ticket is not good for a copy.')
  const copy = await tx.dataCopy.findFirst({ where: { id: copyId, [side]: machine.id } })
  if (!copy) throw notFound('This copy')
  if (copy.endedAt) throw copyEnded()
  return copy
}

/** The same, held until the end of the transaction. */
export async function lockCopy(tx: Tx, ticket: string, copyId: string, side: Side): Promise<DataCopy> {
  await tx.$queryRaw`select 1 from "DataCopy" where id = ${copyId} for update`
  return findCopy(ticket, copyId, side, tx)
}

export const copyEnded = () => new AppError('conflict', 'Nobody waits for this copy any more.', { reason: 'copy_ended' })
