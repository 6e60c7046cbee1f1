import { db } from '@/lib/db/client'
import type { CopyState } from '@/lib/protocol/copy'
import { findCopy, packedIn } from './find-copy'

/** What of a copy is here, for the machine that goes on with it: as far as no part is missing. */
export async function getCopy(ticket: string, { copyId }: { copyId: string }): Promise<CopyState> {
  const packed = packedIn(await findCopy(ticket, copyId, 'fromMachineId'))
  if (packed) return { parts: [], packed }
  const rows = await db.dataPart.findMany({ where: { copyId }, select: { index: true, digest: true }, orderBy: { index: 'asc' } })
  return { parts: rows.filter(({ index }, i) => index === i).map(({ digest }) => digest), packed: null }
}
