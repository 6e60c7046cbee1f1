import { db } from '@/lib/db/client'
import { iso } from '@/lib/iso-time'
import { clusterNameOf } from './words'

/** Clusters in which a stage was left running when they went from here, newest first; what an operator decided about is past. */
export async function leftRunning(stageId: string): Promise<{ cluster: string; at: string }[]> {
  const lines = await db.ledger.findMany({ where: { kind: 'workload', unitId: stageId, closedAt: null }, orderBy: { at: 'desc' } })
  return lines.map((line) => ({ cluster: clusterNameOf(line) ?? '?', at: iso(line.at) }))
}
