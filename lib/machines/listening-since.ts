import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import { pace } from '@/lib/pace'

/** Since when some gateway has been listening without a pause; null while none is. */
export async function listeningSince(tx: Pick<Tx, 'processHeartbeat'> = db): Promise<Date | null> {
  const rows = await tx.processHeartbeat.findMany({ where: { kind: 'gateway' }, orderBy: { startedAt: 'asc' } })
  const alive = rows.filter((row) => clock.nowMs() - row.heardAt.getTime() < pace('unknownAfter'))
  return alive[0]?.startedAt ?? null
}
