import { placed } from '@/lib/clusters/placed-in'
import type { Tx } from '@/lib/db/client'

/** What a removal from these placements is about; missing = it is nowhere else, so that the whole service ends with it. */
export async function removalOf(tx: Tx, stageId: string, placementIds: readonly string[]): Promise<string[] | undefined> {
  const elsewhere = await tx.placement.count({ where: { stageId, id: { notIn: [...placementIds] }, ...placed } })
  return elsewhere > 0 ? [...placementIds] : undefined
}
