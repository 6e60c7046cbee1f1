import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ArchiveRefusal } from '@/lib/protocol/archive-rules'
import { readIfThere, syncFolder, writeDurably } from './durable'
import { AgentFailure, isDiskFullError } from './failure'
import type { Home } from './home'
import { backoffMs, pause } from './pace'
import { type PackageSums, seenIn, whyDamaged } from './package-sums'
import { removeFolder } from './remove-folder'
import { say } from './unit-context'
import { unpack } from './unpack'

export type PackageRef = { digest: string; sizeBytes: number }
/** Gives address and bearer of the session; waits while there is none. */
export type BlobSource = { open(signal: AbortSignal): Promise<{ baseUrl: string; ticket: string }> }

const triesAfterRefusal = 5

/** A package that was just looked at is not looked at again. */
const believedMs = 5_000

/** Packages by digest, unpacked once; their files are read-only. */
export class PackageCache {
  private readonly fetching = new Map<string, Promise<void>>()
  private readonly looks = new Map<string, { at: number; seen: Map<string, string> }>()

  constructor(
    private readonly home: Home,
    private readonly source: BlobSource,
  ) {}

  async list(): Promise<string[]> {
    return (await readdir(this.home.packages)).filter((name) => /^[0-9a-f]{64}$/.test(name))
  }

  /** It is there, and still what was unpacked. Of what an older agent has unpacked only the first is known. */
  async has(digest: string): Promise<boolean> {
    if ((await stat(this.home.package(digest)).catch(() => undefined)) === undefined) return false
    const look = this.looks.get(digest) ?? { at: Number.NEGATIVE_INFINITY, seen: new Map<string, string>() }
    if (performance.now() - look.at < believedMs) return true
    const text = await readIfThere(this.sumsOf(digest))
    const damage = text === undefined ? undefined : await whyDamaged(this.home.package(digest), parseSums(text), look.seen)
    if (damage === undefined) this.looks.set(digest, { ...look, at: performance.now() })
    else say(`package ${digest.slice(0, 12)} is damaged and fetched anew: ${damage}`)
    return damage === undefined
  }

  /** The next who needs it looks, however lately somebody has. */
  doubt(digest: string): void {
    const look = this.looks.get(digest)
    if (look) look.at = Number.NEGATIVE_INFINITY
  }

  private sumsOf = (digest: string): string => join(this.home.sums, `${digest}.json`)

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
      const sums = await unpack(archive, folder)
      await syncFolder(folder)
      await writeDurably(this.sumsOf(digest), JSON.stringify(sums))
      await this.putAway(digest)
      await rename(folder, this.home.package(digest))
      await syncFolder(this.home.packages)
      this.looks.set(digest, { at: performance.now(), seen: await seenIn(this.home.package(digest), sums) })
    } finally {
      await rm(archive, { force: true })
      await removeFolder(folder)
    }
  }

  /** A damaged one that is replaced. What still runs from it keeps what it has open. */
  private async putAway(digest: string): Promise<void> {
    this.looks.delete(digest)
    await rename(this.home.package(digest), join(this.home.trash, `${digest}-${Date.now()}`)).catch(() => undefined)
  }

  async removeAllBut(wanted: ReadonlySet<string>): Promise<void> {
    for (const digest of await this.list()) {
      if (wanted.has(digest) || this.fetching.has(digest)) continue
      this.looks.delete(digest)
      await removeFolder(this.home.package(digest))
      await rm(this.sumsOf(digest), { force: true })
    }
  }
}

/** A list that cannot be read fits no package. */
function parseSums(text: string): PackageSums {
  try {
    return JSON.parse(text) as PackageSums
  } catch {
    return { files: { 'its list': { digest: '', isProgram: false } }, links: {} }
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

export async function download({ url, ticket, sizeBytes, digest, archive, signal }: Download): Promise<void> {
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
