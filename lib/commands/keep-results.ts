import { writeBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { sha256Hex } from '@/lib/protocol/canonical'
import type { CommandResult } from '@/lib/protocol/command'

export interface EndedCommand {
  readonly id: string
  readonly attempt: number
  readonly result: CommandResult
}

/** How commands ended. What many print alike is kept once: its digest is what they are grouped by. */
export async function keepResults(tx: Tx, ended: readonly EndedCommand[]): Promise<void> {
  if (ended.length === 0) return
  const texts = new Map(ended.map(({ result }) => [sha256Hex(result.output), result.output]))
  await writeBlobTexts(tx, texts, 'text/plain')
  const rows = ended.map(({ id, attempt, result: { exitCode, output, outputBytes } }) => ({
    id,
    attempt,
    exitCode,
    outputBytes,
    outputDigest: sha256Hex(output),
  }))
  await tx.$executeRaw`
    update "Task" t set "exitCode" = e."exitCode", "outputDigest" = e."outputDigest", "outputBytes" = e."outputBytes"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e(id text, attempt int, "exitCode" int, "outputDigest" text, "outputBytes" int)
    where t.id = e.id and t.attempt = e.attempt`
}
