import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, createReadStream, createWriteStream, fchmodSync, openSync, writeSync } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Header, extract as tarExtract } from 'tar-stream'
import { ArchiveGuard, ArchiveRefusal } from '@/lib/protocol/archive-rules'
import { syncFolder } from './durable'
import { AgentFailure, isDiskFullError } from './failure'
import type { Home } from './home'
import { backoffMs, pause } from './pace'

export type PackageRef = { digest: string; sizeBytes: number }
/** Gives address and bearer of the session; waits while there is none. */
export type BlobSource = { open(signal: AbortSignal): Promise<{ baseUrl: string; ticket: string }> }

const triesAfterRefusal = 5

/** Packages by digest, unpacked once; their files are read-only. */
export class PackageCache {
  private readonly fetching = new Map<string, Promise<void>>()

  constructor(
    private readonly home: Home,
    private readonly source: BlobSource,
  ) {}

  async list(): Promise<string[]> {
    return (await readdir(this.home.packages)).filter((name) => /^[0-9a-f]{64}$/.test(name))
  }

  async has(digest: string): Promise<boolean> {
    return (await stat(this.home.package(digest)).catch(() => undefined)) !== undefined
  }

  /** Several units of one package wait for one download. */
  async ensure(ref: PackageRef, signal: AbortSignal): Promise<void> {
    if (await this.has(ref.digest)) return
    const running = this.fetching.get(ref.digest)
    if (running) return running
    const fetching = this.fetchWithRetry(ref, signal).finally(() => this.fetching.delete(ref.digest))
    this.fetching.set(ref.digest, fetching)
    return fetching
  }

  private async fetchWithRetry(ref: PackageRef, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const { baseUrl, ticket } = await this.source.open(signal)
      try {
        return await this.fetchOnce(ref, `${baseUrl}/api/v1/agent/blobs/${ref.digest}`, ticket, signal)
      } catch (error) {
        if (signal.aborted) throw error
        if (isDiskFullError(error)) throw error
        if (error instanceof ArchiveRefusal) throw new AgentFailure('package_refused', error.message)
        if (attempt + 1 >= triesAfterRefusal) throw downloadFailure(error)
      }
      await pause(backoffMs(attempt, 250, 5000), signal)
    }
  }

  private async fetchOnce({ digest, sizeBytes }: PackageRef, url: string, ticket: string, signal: AbortSignal): Promise<void> {
    const archive = join(this.home.downloads, `${digest}.tar.gz`)
    const folder = join(this.home.downloads, digest)
    try {
      await download({ url, ticket, sizeBytes, digest, archive, signal })
      await removeFolder(folder)
      await mkdir(folder, { mode: 0o755 })
      await syncFiles(await unpack(archive, folder))
      await syncFolder(folder)
      await rename(folder, this.home.package(digest))
      await syncFolder(this.home.packages)
    } finally {
      await rm(archive, { force: true })
      await removeFolder(folder)
    }
  }

  async removeAllBut(wanted: ReadonlySet<string>): Promise<void> {
    for (const digest of await this.list()) {
      if (!wanted.has(digest) && !this.fetching.has(digest)) await removeFolder(this.home.package(digest))
    }
  }
}

function downloadFailure(error: unknown): AgentFailure {
  if (error instanceof AgentFailure) return error
  return new AgentFailure(
    'package_download_failed',
    `The package could not be downloaded: ${error instanceof Error ? error.message : error}`,
  )
}

type Download = { url: string; ticket: string; sizeBytes: number; digest: string; archive: string; signal: AbortSignal }

/** Node's own client instead of `fetch`, which loads a second HTTP stack and follows redirects. */
async function ask(url: string, ticket: string, signal: AbortSignal): Promise<IncomingMessage> {
  const client = url.startsWith('https:') ? https : http
  const request = client.get(url, { headers: { authorization: `Bearer ${ticket}` }, signal })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

async function download({ url, ticket, sizeBytes, digest, archive, signal }: Download): Promise<void> {
  const response = await ask(url, ticket, signal)
  if (response.statusCode !== 200) {
    response.destroy()
    throw new AgentFailure('package_download_failed', `The hub answered ${response.statusCode} to the download.`)
  }
  const hash = createHash('sha256')
  let size = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      hash.update(chunk)
      done(size > sizeBytes ? new AgentFailure('package_corrupt', 'The package is larger than announced.') : null, chunk)
    },
  })
  await pipeline(response, measured, createWriteStream(archive, { mode: 0o600 }), { signal })
  const found = hash.digest('hex')
  if (found !== digest)
    throw new AgentFailure('package_corrupt', `The package has the digest ${found.slice(0, 12)}…, not ${digest.slice(0, 12)}….`)
}

/** Answers the files, which are not on disk yet. */
async function unpack(archive: string, folder: string): Promise<string[]> {
  const guard = new ArchiveGuard()
  const extract = tarExtract()
  const feeding = pipeline(createReadStream(archive), createGunzip(), extract)
  const folders = new Set<string>([folder])
  const files: string[] = []
  const reading = (async () => {
    for await (const entry of extract) {
      const file = await unpackEntry(guard, folder, folders, entry as unknown as Readable & { header: Header })
      if (file) files.push(file)
      entry.resume()
    }
  })()
  const failures = (await Promise.allSettled([feeding, reading])).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  const failure = failures.find((item) => item instanceof ArchiveRefusal || isDiskFullError(item)) ?? failures[0]
  if (failure) throw failure
  // Explicitly, because the umask has its say when folders are made. Files are read-only; folders are not, or nobody but root could ever remove a home.
  for (const inner of folders) await chmod(inner, 0o755)
  return files
}

/** Some at once: the file system then commits them together, which waiting for each in turn would prevent. */
async function syncFiles(files: readonly string[]): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let path = files[next++]; path !== undefined; path = files[next++]) {
      const file = await open(path, 'r')
      try {
        await file.sync()
      } finally {
        await file.close()
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
}

async function unpackEntry(
  guard: ArchiveGuard,
  folder: string,
  folders: Set<string>,
  entry: Readable & { header: Header },
): Promise<string | undefined> {
  const { header } = entry
  if (header.type === 'directory' && /^(\.\/?)?$/.test(header.name)) return undefined
  const kind = header.type === 'file' || header.type === 'directory' || header.type === 'symlink' ? header.type : 'other'
  const path = guard.admit({
    path: header.name,
    kind: kind === 'directory' ? 'folder' : kind,
    sizeBytes: header.size ?? 0,
    ...(header.linkname ? { linkTarget: header.linkname } : {}),
  })
  const target = join(folder, path)
  const parent = kind === 'directory' ? target : dirname(target)
  await mkdir(parent, { recursive: true, mode: 0o755 })
  for (let inner = parent; !folders.has(inner); inner = dirname(inner)) folders.add(inner)
  if (kind === 'symlink') await symlink(header.linkname ?? '', target)
  if (kind !== 'file') return undefined
  await writeEntry(target, entry, ((header.mode ?? 0) & 0o100) !== 0 ? 0o555 : 0o444)
  return target
}

/** Small writes into the page cache, done at once: handing each to another thread costs several times what it does. */
async function writeEntry(target: string, entry: AsyncIterable<Buffer>, mode: number): Promise<void> {
  const file = openSync(target, 'wx', 0o600)
  try {
    for await (const chunk of entry) for (let at = 0; at < chunk.length; ) at += writeSync(file, chunk, at)
    fchmodSync(file, mode)
  } finally {
    closeSync(file)
  }
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
