import { clock } from '@/lib/clock'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import type { DataContents } from '@/lib/protocol/copy'
import { enqueue } from '@/lib/queue/outbox'
import { lockCopy, packedIn } from './find-copy'

/** The other machine says what it has unpacked: the same as was packed, or the copy is none. */
export async function recordVerified(ticket: string, { copyId, ...found }: DataContents & { copyId: string }): Promise<void> {
  await transaction(async (tx) => {
    const copy = await lockCopy(tx, ticket, copyId, 'toMachineId')
    const packed = packedIn(copy)
    const isSame = packed?.contents === found.contents && packed.files === found.files && packed.bytes === found.bytes
    if (!isSame) throw new AppError('conflict', 'This is not what was packed.', { reason: 'data_not_verified' })
    if (copy.verifiedAt) return
    await tx.dataCopy.update({ where: { id: copyId }, data: { verifiedAt: clock.now() } })
    await enqueue(tx, 'deploy.advance', { recordId: copy.recordId })
  })
}
