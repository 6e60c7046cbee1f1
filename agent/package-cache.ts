import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
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
      await unpack(archive, folder)
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

async function download({ url, ticket, sizeBytes, digest, archive, signal }: Download): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${ticket}` }, redirect: 'error', signal })
  if (!response.ok || !response.body)
    throw new AgentFailure('package_download_failed', `The hub answered ${response.status} to the download.`)
  const hash = createHash('sha256')
  let size = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length
      hash.update(chunk)
      done(size > sizeBytes ? new AgentFailure('package_corrupt', 'The package is larger than announced.') : null, chunk)
    },
  })
  await pipeline(
    Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
    measured,
    createWriteStream(archive, { mode: 0o600 }),
  )
  const found = hash.digest('hex')
  if (found !== digest)
    throw new AgentFailure('package_corrupt', `The package has the digest ${found.slice(0, 12)}…, not ${digest.slice(0, 12)}….`)
}

async function unpack(archive: string, folder: string): Promise<void> {
  const guard = new ArchiveGuard()
  const extract = tarExtract()
  const feeding = pipeline(createReadStream(archive), createGunzip(), extract)
  const folders = new Set<string>([folder])
  const reading = (async () => {
    for await (const entry of extract) {
      await unpackEntry(guard, folder, folders, entry as unknown as Readable & { header: Header })
      entry.resume()
    }
  })()
  const failures = (await Promise.allSettled([feeding, reading])).flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
  const failure = failures.find((item) => item instanceof ArchiveRefusal || isDiskFullError(item)) ?? failures[0]
  if (failure) throw failure
  // Explicitly, because the umask has its say when folders are made. Files are read-only; folders are not, or nobody but root could ever remove a home.
  for (const inner of folders) await chmod(inner, 0o755)
}

async function unpackEntry(guard: ArchiveGuard, folder: string, folders: Set<string>, entry: Readable & { header: Header }): Promise<void> {
  const { header } = entry
  if (header.type === 'directory' && /^(\.\/?)?$/.test(header.name)) return
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
  if (kind !== 'file') return
  const file = await open(target, 'wx', 0o600)
  try {
    for await (const chunk of entry as AsyncIterable<Buffer>) await file.writeFile(chunk)
    await file.chmod(((header.mode ?? 0) & 0o100) !== 0 ? 0o555 : 0o444)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
