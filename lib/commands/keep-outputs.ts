import { writeBlobTexts } from '@/lib/catalog/blobs'
import type { Tx } from '@/lib/db/client'
import { sha256Hex } from '@/lib/protocol/canonical'
import type { CommandResult } from '@/lib/protocol/command'

/** What commands printed. What many print alike is kept once: its digest is what they are grouped by. */
export async function keepOutputs(tx: Tx, results: readonly CommandResult[]): Promise<ReadonlyMap<string, string>> {
  const digestOf = new Map([...new Set(results.map(({ output }) => output))].map((output) => [output, sha256Hex(output)]))
  if (digestOf.size > 0) await writeBlobTexts(tx, new Map([...digestOf].map(([output, digest]) => [digest, output])), 'text/plain')
  return digestOf
}
