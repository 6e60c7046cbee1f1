import { createHash } from 'node:crypto'
import { chmodSync, closeSync, createReadStream, fchmodSync, fsync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createGunzip } from 'node:zlib'
import { type Header, extract as tarExtract } from 'tar-stream'
import { ArchiveGuard, ArchiveRefusal } from '@/lib/protocol/archive-rules'
import { isDiskFullError } from './failure'
import type { PackageSums } from './package-sums'

const syncFile = promisify(fsync)
/** Files that are written but not yet on disk. Some at once: the file system then commits them together. */
const mostOpen = 32

/** Unpacks an archive of which nothing is believed but its digest. When it returns, every file is on disk; it says what they were. */
export async function unpack(archive: string, folder: string): Promise<PackageSums> {
  const extract = tarExtract()
  const target = new Unpacking(folder)
  const feeding = pipeline(createReadStream(archive, { highWaterMark: 1024 * 1024 }), createGunzip({ chunkSize: 128 * 1024 }), extract)
  const reading = (async () => {
    for await (const entry of extract) {
      await target.take(entry.header, entry as AsyncIterable<Buffer>)
      entry.resume()
    }
    await target.finish()
  })()
  const failures = (await Promise.allSettled([feeding, reading])).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  target.close()
  const failure = failures.find((item) => item instanceof ArchiveRefusal || isDiskFullError(item)) ?? failures[0]
  if (failure) throw failure
  return target.sums
}

class Unpacking {
  private readonly guard = new ArchiveGuard()
  private readonly folders: Set<string>
  private open: number[] = []
  readonly sums: PackageSums = { files: {}, links: {} }

  constructor(private readonly folder: string) {
    this.folders = new Set([folder])
  }

  async take(header: Header, bytes: AsyncIterable<Buffer>): Promise<void> {
    if (header.type === 'directory' && /^(\.\/?)?$/.test(header.name)) return
    const kind = header.type === 'file' || header.type === 'directory' || header.type === 'symlink' ? header.type : 'other'
    const path = this.guard.admit({
      path: header.name,
      kind: kind === 'directory' ? 'folder' : kind,
      sizeBytes: header.size ?? 0,
      ...(header.linkname ? { linkTarget: header.linkname } : {}),
    })
    const target = join(this.folder, path)
    this.makeFolder(kind === 'directory' ? target : dirname(target))
    if (kind === 'symlink') {
      symlinkSync(header.linkname ?? '', target)
      this.sums.links[path] = header.linkname ?? ''
    }
    if (kind !== 'file') return
    const isProgram = ((header.mode ?? 0) & 0o100) !== 0
    this.sums.files[path] = { digest: await this.write(target, bytes, isProgram ? 0o555 : 0o444), isProgram }
  }

  private makeFolder(path: string): void {
    if (this.folders.has(path)) return
    mkdirSync(path, { recursive: true, mode: 0o755 })
    for (let inner = path; !this.folders.has(inner); inner = dirname(inner)) this.folders.add(inner)
  }

  /** Small writes into the page cache, done at once: handing each to another thread costs several times what it does. */
  private async write(target: string, chunks: AsyncIterable<Buffer>, mode: number): Promise<string> {
    const hash = createHash('sha256')
    const file = openSync(target, 'wx', 0o600)
    this.open.push(file)
    for await (const chunk of chunks) {
      hash.update(chunk)
      for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    }
    fchmodSync(file, mode)
    if (this.open.length >= mostOpen) await this.syncOpen()
    return hash.digest('hex')
  }

  private async syncOpen(): Promise<void> {
    await Promise.all(this.open.map((file) => syncFile(file)))
    this.close()
  }

  /** Folders explicitly, because the umask has its say when they are made. They are not read-only, or nobody but root could ever remove a home. */
  async finish(): Promise<void> {
    await this.syncOpen()
    for (const inner of this.folders) chmodSync(inner, 0o755)
  }

  close(): void {
    for (const file of this.open.splice(0)) closeSync(file)
  }
}
