import type { Tx } from '@/lib/db/client'
import { sha256Hex } from '@/lib/protocol/canonical'

const chunkBytes = 1 << 20

/** Stores content under its SHA-256. The same content twice is one blob. */
export async function writeBlob(tx: Tx, bytes: Uint8Array, mediaType: string): Promise<string> {
  const digest = sha256Hex(bytes)
  await writeKnownBlob(tx, digest, bytes, mediaType)
  return digest
}

/** Many texts of known digests at once; those that fit into one chunk cost two statements together. */
export async function writeBlobTexts(tx: Tx, texts: ReadonlyMap<string, string>, mediaType: string): Promise<void> {
  const all = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([digest, text]) => ({ digest, bytes: Buffer.from(text) }))
  const small = all.filter(({ bytes }) => bytes.byteLength <= chunkBytes)
  for (const { digest, bytes } of all.filter((blob) => !small.includes(blob))) await writeKnownBlob(tx, digest, bytes, mediaType)
  if (small.length === 0) return
  const inserted = await tx.$queryRaw<{ digest: string }[]>`
    insert into "Blob" (digest, "sizeBytes", "mediaType")
    select n.digest, n.size, ${mediaType} from unnest(${small.map(({ digest }) => digest)}::text[], ${small.map(({ bytes }) => bytes.byteLength)}::int[]) as n(digest, size)
    on conflict do nothing returning digest`
  const fresh = new Set(inserted.map((row) => row.digest))
  await tx.blobChunk.createMany({
    data: small.filter(({ digest }) => fresh.has(digest)).map(({ digest, bytes }) => ({ digest, index: 0, bytes })),
  })
}

async function writeKnownBlob(tx: Tx, digest: string, bytes: Uint8Array, mediaType: string): Promise<void> {
  const inserted = await tx.$executeRaw`
    insert into "Blob" (digest, "sizeBytes", "mediaType") values (${digest}, ${bytes.byteLength}, ${mediaType}) on conflict do nothing`
  if (inserted === 0) return
  for (let index = 0; index * chunkBytes < bytes.byteLength || index === 0; index++) {
    const part = Buffer.from(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes))
    await tx.blobChunk.create({ data: { digest, index, bytes: part } })
  }
}

/** Texts of blobs that exist; a missing digest is missing in the map. */
export async function readBlobTexts(tx: Tx, digests: readonly string[]): Promise<Map<string, string>> {
  if (digests.length === 0) return new Map()
  const rows = await tx.blobChunk.findMany({
    where: { digest: { in: [...new Set(digests)] } },
    orderBy: [{ digest: 'asc' }, { index: 'asc' }],
  })
  const parts = new Map<string, Buffer[]>()
  for (const row of rows) parts.set(row.digest, [...(parts.get(row.digest) ?? []), Buffer.from(row.bytes)])
  return new Map([...parts].map(([digest, list]) => [digest, Buffer.concat(list).toString('utf8')]))
}

/** One chunk of a blob; null after the last. */
export async function readBlobChunk(tx: Tx, digest: string, index: number): Promise<Buffer | null> {
  const row = await tx.blobChunk.findUnique({ where: { digest_index: { digest, index } } })
  return row ? Buffer.from(row.bytes) : null
}
