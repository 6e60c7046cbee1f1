import type { z } from 'zod'
import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { type CopyPacked, copyPartBytes, PackedData } from '@/lib/protocol/copy'
import { enqueue } from '@/lib/queue/outbox'
import { lockCopy, packedIn } from './find-copy'

type Ask = z.output<typeof CopyPacked> & { readonly copyId: string }

/** The machine says that it has sent everything, and what it was. From here on the copy does not change. */
export async function recordPacked(ticket: string, { copyId, left, ...packed }: Ask): Promise<void> {
  await transaction(async (tx) => {
    const copy = await lockCopy(tx, ticket, copyId, 'fromMachineId')
    const before = packedIn(copy)
    if (before) {
      if (before.digest === packed.digest) return
      throw new AppError('conflict', 'Something else was packed before.', { reason: 'packed_differently' })
    }
    await tx.dataPart.deleteMany({ where: { copyId, index: { gte: packed.parts } } })
    const [here] = await tx.$queryRaw<{ parts: bigint; bytes: bigint }[]>`
      select count(*) as parts, coalesce(sum("sizeBytes"), 0)::bigint as bytes from "DataPart" where "copyId" = ${copyId}`
    const isWhole = packed.parts === Math.ceil(packed.sizeBytes / copyPartBytes)
    if (!isWhole || Number(here?.parts) !== packed.parts || Number(here?.bytes) !== packed.sizeBytes)
      throw new AppError('unavailable', 'Parts of the copy are missing.')
    await tx.dataCopy.update({ where: { id: copyId }, data: { packed: PackedData.parse(packed), left, packedAt: clock.now() } })
    await enqueue(tx, 'deploy.advance', { recordId: copy.recordId })
  })
}
