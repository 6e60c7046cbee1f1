import type { Tx } from '@/lib/db/client'
import { lookAgain } from '@/lib/services/raise-inputs'

/** Whoever was promised a place on this machine is planned anew if it takes no units any more. */
export async function wakePlannedOn(tx: Tx, machineId: string): Promise<void> {
  const reserved = await tx.reservation.findMany({
    where: { machineId, endedAt: null },
    select: { recordId: true },
    distinct: ['recordId'],
  })
  if (reserved.length > 0) await lookAgain(tx, { id: { in: reserved.map(({ recordId }) => recordId) } })
}
