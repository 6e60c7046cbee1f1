import { readBlobTexts } from '@/lib/catalog/blobs'
import { db } from '@/lib/db/client'
import { Mask } from '@/lib/protocol/mask'
import { secretTexts } from '@/lib/workloads/secret-texts'

/** Hides the secrets that the pods of a placement were made with, or will be. */
export async function maskOfPods(placementId: string): Promise<Mask> {
  const row = await db.workload.findUnique({ where: { placementId }, select: { contentDigest: true, shownDigest: true } })
  const texts = await readBlobTexts(
    db,
    [row?.contentDigest, row?.shownDigest].flatMap((digest) => digest ?? []),
  )
  const mask = new Mask()
  mask.set((await secretTexts([...texts.values()].join('\n'))).values())
  return mask
}
