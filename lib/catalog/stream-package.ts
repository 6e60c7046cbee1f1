import { db } from '@/lib/db/client'
import { AppError, notFound } from '@/lib/errors'
import { hashToken } from '@/lib/ids'
import { readBlobChunk } from './blobs'

/** A package, or its own next file, for an agent: only with the ticket of a session, and of packages only what its machine was told of. */
export async function streamPackage(ticket: string, digest: string): Promise<{ sizeBytes: number; chunks: AsyncGenerator<Buffer> }> {
  const machine = await db.machine.findFirst({ where: { ticketHash: hashToken(ticket) }, select: { id: true } })
  if (!machine) throw new AppError('sign_in', 'This ticket is not good for a download.')
  const wanted =
    (await findPackage(machine.id, digest)) ?? (await db.agentBuild.findUnique({ where: { digest }, select: { sizeBytes: true } }))
  if (!wanted) throw notFound('This package')
  return { sizeBytes: wanted.sizeBytes, chunks: chunksOf(digest) }
}

/** To be fetched, to be run by a unit (what was damaged is fetched again), or to be run when the machine joins. */
async function findPackage(machineId: string, digest: string): Promise<{ sizeBytes: number } | undefined> {
  const [found] = await db.$queryRaw<{ sizeBytes: number }[]>`
    select v."sizeBytes" from "PackageVersion" v where v.digest = ${digest} and (
      exists (select 1 from "DesiredPackage" d where d."machineId" = ${machineId} and d.digest = v.digest)
      or exists (select 1 from "DesiredUnit" u join "Release" r on r.id = u."releaseId"
        where u."machineId" = ${machineId} and r."packageVersionId" = v.id)
      or exists (select 1 from "InitResult" i where i."machineId" = ${machineId} and i."check"->>'digest' = v.digest)) limit 1`
  return found
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
