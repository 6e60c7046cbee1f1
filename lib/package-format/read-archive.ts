import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Header, extract as tarExtract } from 'tar-stream'
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl'
import { ArchiveGuard, ArchiveRefusal, archiveLimits } from '@/lib/protocol/archive-rules'

/** Folders are implied by their files. `executable` is all that is kept of the mode. */
export type ArchiveEntry =
  | { kind: 'file'; path: string; executable: boolean; bytes: Buffer }
  | { kind: 'symlink'; path: string; target: string }

/** Reads a `.tar.gz` or `.zip` within the limits of the archive rules; throws `ArchiveRefusal`, and nothing was written. */
export async function readArchive(archive: Buffer): Promise<ArchiveEntry[]> {
  if (archive.length > archiveLimits.unpackedBytes) throw new ArchiveRefusal('size', '', 'The archive itself is over 256 MiB.')
  if (archive[0] === 0x1f && archive[1] === 0x8b) return readTarGz(archive)
  if (archive.subarray(0, 2).toString('latin1') === 'PK') return readZip(archive)
  throw new ArchiveRefusal('format', '', 'Neither a .tar.gz nor a .zip archive.')
}

const tarKinds: Record<string, 'file' | 'folder' | 'symlink' | 'hardlink'> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'symlink',
  link: 'hardlink',
}

/** What the rules of archives say of entries that lie in no archive yet; undefined when they may be packed. */
export function whyNotPack(entries: readonly ArchiveEntry[]): ArchiveRefusal | undefined {
  const guard = new ArchiveGuard()
  try {
    for (const entry of entries) {
      const body = entry.kind === 'file' ? { sizeBytes: entry.bytes.length } : { sizeBytes: 0, linkTarget: entry.target }
      guard.admit({ path: entry.path, kind: entry.kind, ...body })
    }
    return undefined
  } catch (error) {
    if (error instanceof ArchiveRefusal) return error
    throw error
  }
}

async function readTarGz(archive: Buffer): Promise<ArchiveEntry[]> {
  const guard = new ArchiveGuard()
  const entries = new Map<string, ArchiveEntry>()
  const extract = tarExtract()
  let inflated = 0
  // Headers and padding are counted too: a bomb may consist of nothing else.
  const most = archiveLimits.unpackedBytes + archiveLimits.entries * 2048
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      inflated += chunk.length
      if (inflated > most) done(new ArchiveRefusal('size', '', 'More than 256 MiB unpacked.'))
      else done(null, chunk)
    },
  })
  const feeding = pipeline(Readable.from([archive]), createGunzip(), counted, extract)
  const reading = (async () => {
    for await (const item of extract) {
      const entry = await readTarEntry(guard, entries, item.header, item as AsyncIterable<Buffer>)
      if (entry) entries.set(entry.path, entry)
      else item.resume()
    }
  })()
  await settle(feeding, reading)
  return [...entries.values()]
}

/** Waits for both ends; the refusal is the cause when one end only failed because the other stopped. */
async function settle(feeding: Promise<unknown>, reading: Promise<unknown>): Promise<void> {
  const failures = (await Promise.allSettled([feeding, reading])).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  if (failures.length === 0) return
  const refusal = failures.find((failure) => failure instanceof ArchiveRefusal)
  if (refusal) throw refusal
  throw new ArchiveRefusal('damaged', '', `The archive is damaged: ${failures[0] instanceof Error ? failures[0].message : 'unreadable'}`)
}

async function readTarEntry(
  guard: ArchiveGuard,
  entries: Map<string, ArchiveEntry>,
  header: Header,
  body: AsyncIterable<Buffer>,
): Promise<ArchiveEntry | undefined> {
  if (header.type === 'directory' && /^(\.\/?)?$/.test(header.name)) return undefined
  const kind = tarKinds[header.type ?? 'file'] ?? 'other'
  const linkTarget = header.linkname ?? undefined
  const path = guard.admit({ path: header.name, kind, sizeBytes: header.size ?? 0, ...(linkTarget === undefined ? {} : { linkTarget }) })
  if (kind === 'symlink') return { kind: 'symlink', path, target: linkTarget ?? '' }
  if (kind === 'hardlink') {
    const source = entries.get((linkTarget ?? '').replace(/^(\.\/)+/, ''))
    return source?.kind === 'file' ? { ...source, path } : undefined
  }
  if (kind !== 'file') return undefined
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(chunk)
  return { kind: 'file', path, executable: ((header.mode ?? 0) & 0o100) !== 0, bytes: Buffer.concat(chunks) }
}

async function readZip(archive: Buffer): Promise<ArchiveEntry[]> {
  const guard = new ArchiveGuard()
  const entries: ArchiveEntry[] = []
  try {
    const zip = await fromBufferPromise(archive, { lazyEntries: true, strictFileNames: true })
    if (zip.entryCount > archiveLimits.entries) throw new ArchiveRefusal('entries', '', `More than ${archiveLimits.entries} entries.`)
    for await (const entry of eachZipEntry(zip)) {
      const read = await readZipEntry(guard, zip, entry)
      if (read) entries.push(read)
    }
  } catch (error) {
    if (error instanceof ArchiveRefusal) throw error
    throw new ArchiveRefusal('damaged', '', `The archive is damaged: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
  return entries
}

async function* eachZipEntry(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      zip.once('entry', resolve)
      zip.once('end', () => resolve(null))
      zip.once('error', reject)
      zip.readEntry()
    })
    zip.removeAllListeners()
    if (!entry) return
    yield entry
  }
}

/** Unix file types in the upper half of a zip's external attributes; 0 = written on a system without them. */
const zipKinds: Record<number, 'file' | 'folder' | 'symlink'> = { 0: 'file', 8: 'file', 4: 'folder', 10: 'symlink' }

async function readZipEntry(guard: ArchiveGuard, zip: ZipFile, entry: Entry): Promise<ArchiveEntry | undefined> {
  const mode = entry.externalFileAttributes >>> 16
  const isFolder = entry.fileName.endsWith('/')
  const kind = isFolder ? 'folder' : (zipKinds[mode >>> 12] ?? 'other')
  if (entry.generalPurposeBitFlag & 1) throw new ArchiveRefusal('encrypted', entry.fileName, `${entry.fileName} is encrypted.`)
  if (kind !== 'symlink') {
    const path = guard.admit({ path: entry.fileName, kind, sizeBytes: entry.uncompressedSize })
    if (kind !== 'file') return undefined
    return { kind, path, executable: (mode & 0o100) !== 0, bytes: await readZipBody(zip, entry, entry.uncompressedSize) }
  }
  const target = (await readZipBody(zip, entry, archiveLimits.pathLength)).toString('utf8')
  const path = guard.admit({ path: entry.fileName, kind, sizeBytes: 0, linkTarget: target })
  return { kind, path, target }
}

async function readZipBody(zip: ZipFile, entry: Entry, most: number): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > most) throw new ArchiveRefusal('size', entry.fileName, `${entry.fileName} is larger than it says.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
