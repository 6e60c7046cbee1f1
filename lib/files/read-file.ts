import { isUtf8 } from 'node:buffer'
import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { AppError } from '@/lib/errors'
import { partWindow } from '@/lib/protocol/files'
import { beginTransfer } from './begin-transfer'
import { Transfer } from './transfer'
import { type FileText, mostReadBytes, mostShownBytes, type ReadFileSchema } from './views'

type Ask = z.output<typeof ReadFileSchema>

export interface FileOnItsWay {
  readonly sizeBytes: number
  /** How much of it comes: less where only its beginning was asked for. */
  readonly sentBytes: number
  readonly modifiedAt: string
  readonly chunks: AsyncGenerator<Buffer>
  /** Nobody reads on; also where nobody ever began. */
  close(): Promise<void>
}

/** A file of a unit, piece by piece as the reader takes it: one that is slow holds no more than a window of parts. */
export async function streamFile(actor: Actor, ask: Ask): Promise<FileOnItsWay> {
  return open(actor, ask, { mostBytes: mostReadBytes, isCut: false })
}

/** A file as it is shown: its beginning as text, or the word that it is none. */
export async function readFileText(actor: Actor, ask: Ask): Promise<FileText> {
  const { chunks, sizeBytes, sentBytes, modifiedAt } = await open(actor, ask, { mostBytes: mostShownBytes, isCut: true })
  const parts: Buffer[] = []
  for await (const chunk of chunks) parts.push(chunk)
  const isCut = sentBytes < sizeBytes
  return { path: ask.path, sizeBytes, modifiedAt, text: textOf(Buffer.concat(parts), isCut), isCut }
}

/** No text: a zero byte, or what is not UTF-8. The cut may go through a character. */
export function textOf(bytes: Buffer, isCut: boolean): string | null {
  if (bytes.includes(0)) return null
  for (let cut = 0; cut <= (isCut ? 3 : 0); cut += 1) {
    const whole = bytes.subarray(0, bytes.length - cut)
    if (isUtf8(whole)) return whole.toString('utf8')
  }
  return null
}

async function open(actor: Actor, { path, ...ask }: Ask, limit: { mostBytes: number; isCut: boolean }): Promise<FileOnItsWay> {
  const row = await beginTransfer(actor, ask, { kind: 'read', path })
  const transfer = new Transfer(row)
  await transfer.begin({ kind: 'read', unitId: row.unitId, path, ...limit })
  const word = await transfer.hear()
  if (word?.kind !== 'file') throw new AppError('unavailable', 'The machine said something else than what was asked.')
  const { sizeBytes, sentBytes, modifiedAt } = word
  return { sizeBytes, sentBytes, modifiedAt, chunks: partsOf(transfer), close: () => transfer.abandon('stopped') }
}

async function* partsOf(transfer: Transfer): AsyncGenerator<Buffer> {
  let taken = 0
  try {
    for (let word = await transfer.hear(); word; word = await transfer.hear()) {
      if (word.kind !== 'part') continue
      yield Buffer.from(word.data, 'base64')
      taken += 1
      if (taken % (partWindow / 2) === 0) await transfer.more(taken)
    }
  } finally {
    // Who hung up ends it at the machine too.
    await transfer.abandon('stopped')
  }
}
