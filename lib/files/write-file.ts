import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { transaction } from '@/lib/db/transaction'
import { AppError } from '@/lib/errors'
import { partBytes, partWindow } from '@/lib/protocol/files'
import { beginTransfer, tellFile } from './begin-transfer'
import { Transfer } from './transfer'
import { mostWrittenBytes, type ReadFileSchema } from './views'

type Ask = z.output<typeof ReadFileSchema> & {
  readonly replace: boolean
  readonly sizeBytes: number
  readonly content: AsyncIterable<Buffer>
  /** Aborted when nobody waits for the answer any more, or may not. */
  readonly signal: AbortSignal
}

/** Puts a file into a unit's folder: whole or not at all, and as slowly as its machine takes it. */
export async function writeFile(
  actor: Actor,
  { path, replace, sizeBytes, content, signal, ...ask }: Ask,
): Promise<{ path: string; sizeBytes: number }> {
  if (sizeBytes > mostWrittenBytes) throw new AppError('too_large', `At most ${mostWrittenBytes / 2 ** 20} MiB at once.`)
  const row = await beginTransfer(actor, ask, { kind: 'write', path })
  const transfer = new Transfer(row)
  signal.addEventListener('abort', () => void transfer.abandon('stopped').catch(() => {}))
  try {
    await transfer.begin({ kind: 'write', unitId: row.unitId, path, sizeBytes, replace })
    await transfer.hear()
    await sendAll(transfer, content, sizeBytes)
    await transaction((tx) => tellFile(tx, actor, 'file.uploaded', row))
    return { path, sizeBytes }
  } finally {
    await transfer.abandon('stopped')
  }
}

async function sendAll(transfer: Transfer, content: AsyncIterable<Buffer>, sizeBytes: number): Promise<void> {
  let sent = 0
  let seq = 0
  let got = 0
  const send = async (bytes: Buffer) => {
    seq += 1
    sent += bytes.length
    await transfer.send(seq, bytes, sent === sizeBytes)
    while (seq - got >= partWindow || (sent === sizeBytes && got < seq)) {
      const word = await transfer.hear()
      // The end, and it went well.
      if (!word) return
      if (word.kind === 'got') got = word.upTo
    }
  }
  if (sizeBytes === 0) return send(Buffer.alloc(0))
  for await (const bytes of inParts(content)) {
    if (sent + bytes.length > sizeBytes) break
    await send(bytes)
  }
  if (sent !== sizeBytes) throw new AppError('invalid', 'The content is not as long as its content-length said.')
}

/** Parts of the same size, the last one shorter. */
async function* inParts(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of content) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= partBytes) {
      yield rest.subarray(0, partBytes)
      rest = rest.subarray(partBytes)
    }
  }
  if (rest.length > 0) yield rest
}
