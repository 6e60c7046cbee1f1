import { db } from '@/lib/db/client'
import { AppError, notFound } from '@/lib/errors'
import { hashToken } from '@/lib/ids'
import { readBlobChunk } from './blobs'

/** A package, or its own next file, for an agent: only with the ticket of a session, and only what its machine was told to have. */
export async function streamPackage(ticket: string, digest: string): Promise<{ sizeBytes: number; chunks: AsyncGenerator<Buffer> }> {
  const machine = await db.machine.findFirst({ where: { ticketHash: hashToken(ticket) }, select: { id: true } })
  if (!machine) throw new AppError('sign_in', 'This ticket is not good for a download.')
  const select = { digest: true, sizeBytes: true }
  const wanted =
    (await db.packageVersion.findFirst({ where: { digest }, select })) ?? (await db.agentBuild.findUnique({ where: { digest }, select }))
  if (!wanted) throw notFound('This package')
  return { sizeBytes: wanted.sizeBytes, chunks: chunksOf(digest) }
}

/** A deploy sends one package to many machines at once: what was read lately is not read again. Content never changes. */
const recent = new Map<string, Promise<Buffer | null>>()
const mostRecent = 32

async function* chunksOf(digest: string): AsyncGenerator<Buffer> {
  for (let index = 0; ; index++) {
    const chunk = await chunkOf(digest, index)
    if (!chunk) return
    yield chunk
  }
}

function chunkOf(digest: string, index: number): Promise<Buffer | null> {
  const key = `${digest}/${index}`
  const found = recent.get(key) ?? readBlobChunk(db, digest, index)
  // Moved to the end: the first in the map is the one that was asked for longest ago.
  recent.delete(key)
  recent.set(key, found)
  found.catch(() => recent.delete(key))
  const [oldest] = recent.keys()
  if (recent.size > mostRecent && oldest !== undefined) recent.delete(oldest)
  return found
}
