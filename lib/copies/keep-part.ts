import { pool } from '@/lib/db/client'
import { encryptBytes } from '@/lib/encrypt'
import { AppError } from '@/lib/errors'
import { sha256Hex } from '@/lib/protocol/canonical'
import { copyPartBytes } from '@/lib/protocol/copy'
import { copyEnded, copyLimitBytes, findCopy } from './find-copy'
import { partPlace } from './part-place'

export interface PartAsk {
  readonly copyId: string
  readonly index: number
  readonly digest: string
}

/** A part of what a machine packs. The same part again changes nothing, another one of its number takes its place. */
export async function keepPart(ticket: string, { copyId, index, digest }: PartAsk, read: () => Promise<Buffer>): Promise<void> {
  await findCopy(ticket, copyId, 'fromMachineId')
  const bytes = await read()
  // What frames the files in the stream is little beside them.
  if (index * copyPartBytes + bytes.length > copyLimitBytes() * 1.1 + copyPartBytes)
    throw new AppError('too_large', `More than ${copyLimitBytes() / 2 ** 20} MiB of data are not copied.`)
  if (sha256Hex(bytes) !== digest) throw new AppError('unavailable', 'The part was damaged on its way.')
  const { rowCount } = await pool.query({
    name: 'keep-data-part',
    text: `insert into "DataPart" ("copyId", index, digest, "sizeBytes", body)
           select id, $2, $3, $4, $5 from "DataCopy" where id = $1 and "packedAt" is null and "endedAt" is null
           on conflict ("copyId", index) do update set digest = excluded.digest, "sizeBytes" = excluded."sizeBytes", body = excluded.body`,
    values: [copyId, index, digest, bytes.length, encryptBytes(bytes, partPlace(copyId, index))],
  })
  if (rowCount === 0) throw copyEnded()
}
