import { pool } from '@/lib/db/client'
import { decryptBytes } from '@/lib/encrypt'
import { AppError, notFound } from '@/lib/errors'
import { findCopy } from './find-copy'
import { partPlace } from './part-place'

/** A part for the machine that the data go to. */
export async function readPart(
  ticket: string,
  { copyId, index }: { copyId: string; index: number },
): Promise<{ digest: string; bytes: Buffer }> {
  await findCopy(ticket, copyId, 'toMachineId')
  const { rows } = await pool.query<{ digest: string; body: Buffer }>({
    name: 'read-data-part',
    text: 'select digest, body from "DataPart" where "copyId" = $1 and index = $2',
    values: [copyId, index],
  })
  const [part] = rows
  if (!part) throw notFound('This part')
  return { digest: part.digest, bytes: open(part.body, { copyId, index }) }
}

function open(body: Buffer, { copyId, index }: { copyId: string; index: number }): Buffer {
  try {
    return decryptBytes(body, partPlace(copyId, index))
  } catch {
    throw new AppError('conflict', `Part ${index} of the copy is damaged.`, { reason: 'data_not_verified' })
  }
}
