import type { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { AppError } from '@/lib/errors'
import { beginTransfer } from './begin-transfer'
import { Transfer } from './transfer'
import type { FileList, ListFilesSchema } from './views'

/** What lies in a folder of a unit. */
export async function listFiles(actor: Actor, { path, ...ask }: z.output<typeof ListFilesSchema>): Promise<FileList> {
  const row = await beginTransfer(actor, ask, { kind: 'list', path })
  const transfer = new Transfer(row)
  await transfer.begin({ kind: 'list', unitId: row.unitId, path })
  const word = await transfer.hear()
  if (word?.kind !== 'entries') throw new AppError('unavailable', 'The machine said something else than what was asked.')
  await transfer.hear()
  return { unit: { id: row.unitId, name: row.unitName, environment: row.environment }, path, entries: word.entries, isCut: word.isCut }
}
