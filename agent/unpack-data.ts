import {
  chmodSync,
  chownSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fsync,
  futimesSync,
  lchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Header, extract as tarExtract } from 'tar-stream'
import { DataRefusal, modeOf, OpenFolders, refuseLink, refusePath } from '@/lib/protocol/data-rules'
import { syncFolder } from './durable'
import type { RunUser } from './holder'

const syncFile = promisify(fsync)
/** Files that are written but not yet on disk. Some at once: the file system then commits them together. */
const mostOpen = 32

export type DataTarget = { root: string; folders: readonly string[]; owner: RunUser | undefined }
type Folder = { path: string; mode: number; mtime: Date }

/** Unpacks a stream of which nothing is believed into an empty folder that nobody else can enter. When it returns, all of it is on disk. */
export async function unpackData(chunks: AsyncIterable<Buffer>, target: DataTarget): Promise<void> {
  const extract = tarExtract()
  const unpacking = new DataUnpacking(target)
  const feeding = pipeline(Readable.from(chunks, { objectMode: false, highWaterMark: 1024 * 1024 }), extract)
  const reading = (async () => {
    for await (const entry of extract) {
      await unpacking.take(entry.header, entry as AsyncIterable<Buffer>)
      entry.resume()
    }
    await unpacking.finish()
  })()
  const failures = (await Promise.allSettled([feeding, reading])).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  unpacking.close()
  // What went wrong first made the other side of the pipe break.
  const failure = failures.find((error) => error instanceof DataRefusal) ?? failures.find((error) => !isBroken(error)) ?? failures[0]
  if (failure) throw failure
}

const isBroken = (error: unknown): boolean => (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE'

class DataUnpacking {
  private readonly folders = new OpenFolders<Folder>()
  private open: number[] = []

  constructor(private readonly target: DataTarget) {}

  async take(header: Header, bytes: AsyncIterable<Buffer>): Promise<void> {
    const path = header.name.replace(/\/$/, '')
    refusePath(path, this.target.folders)
    await this.leave(this.folders.leaveFor(path))
    this.folders.refuseStray(path, this.target.folders)
    const isTop = this.target.folders.includes(path)
    if (header.type === 'directory') this.makeFolder(path, header)
    else if (isTop) throw new DataRefusal(`${path} is no folder.`)
    else if (header.type === 'symlink') this.makeLink(path, header.linkname ?? '')
    else if (header.type === 'file') await this.write(path, header, bytes)
    else throw new DataRefusal(`${path} is a ${header.type}.`)
  }

  private makeFolder(path: string, { mode = 0, mtime = new Date(0) }: Header): void {
    mkdirSync(join(this.target.root, path), { mode: 0o700, recursive: this.target.folders.includes(path) })
    this.folders.enter({ path, mode: modeOf('folder', mode), mtime })
  }

  private makeLink(path: string, linkname: string): void {
    refuseLink(path, linkname, this.target.folders)
    const link = join(this.target.root, path)
    symlinkSync(linkname, link)
    if (this.target.owner) lchownSync(link, this.target.owner.uid, this.target.owner.gid)
  }

  /** Owner before mode, for giving a file away takes bits of its mode. */
  private async write(path: string, { mode = 0, mtime = new Date(0) }: Header, chunks: AsyncIterable<Buffer>): Promise<void> {
    const file = openSync(join(this.target.root, path), 'wx', 0o600)
    this.open.push(file)
    for await (const chunk of chunks) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    if (this.target.owner) fchownSync(file, this.target.owner.uid, this.target.owner.gid)
    fchmodSync(file, modeOf('file', mode))
    futimesSync(file, mtime, mtime)
    if (this.open.length >= mostOpen) await this.syncOpen()
  }

  private async syncOpen(): Promise<void> {
    await Promise.all(this.open.map((file) => syncFile(file)))
    this.close()
  }

  /** A folder's own look comes last: what is put into it changes it. */
  private async leave(folders: readonly Folder[]): Promise<void> {
    for (const { path, mode, mtime } of folders) {
      const folder = join(this.target.root, path)
      await syncFolder(folder)
      if (this.target.owner) chownSync(folder, this.target.owner.uid, this.target.owner.gid)
      chmodSync(folder, mode)
      utimesSync(folder, mtime, mtime)
    }
  }

  async finish(): Promise<void> {
    await this.leave(this.folders.leaveFor(''))
    await this.syncOpen()
    await syncFolder(this.target.root)
  }

  close(): void {
    for (const file of this.open.splice(0)) closeSync(file)
  }
}
