import { createHash } from 'node:crypto'
import { closeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { type CopyOrder, copyPartBytes, type DataContents, type PackedData } from '@/lib/protocol/copy'
import { DataSum } from '@/lib/protocol/data-rules'
import { DataProgress, inMib } from './data-progress'
import { syncFolder, writeDurably } from './durable'
import { diskOf } from './facts'
import { AgentFailure } from './failure'
import type { RunUser } from './holder'
import type { Home } from './home'
import { askHub } from './hub-http'
import type { BlobSource } from './package-cache'
import { removeFolder } from './remove-folder'
import { readVerified, staged } from './staged-data'
import { unpackData } from './unpack-data'
import { chunksOf, type OpenFile, walkData } from './walk-data'

type Taking = {
  home: Home
  source: BlobSource
  order: CopyOrder
  owner: RunUser | undefined
  say: (text: string) => void
  signal: AbortSignal
}

const spareMib = 64
const tries = 3

/** Data of a unit that comes here, in a place of their own until it starts: fetched, unpacked, read again and found the same. */
export async function takeData(taking: Taking): Promise<void> {
  const { home, source, order, say, signal } = taking
  if (!order.packed) throw new AgentFailure('copy_failed', 'Nothing was packed.')
  const known = readVerified(home, order.copyId)
  const found = known ?? (await fetchUntilSame(taking, order.packed))
  const body = Buffer.from(JSON.stringify(found))
  await askHub(source, { method: 'POST', path: `/api/v1/agent/copies/${order.copyId}/verified`, body }, signal)
  say(`verified ${found.files} files, ${inMib(found.bytes)}`)
}

/** A stream that was damaged on its way is fetched again; one that stays damaged is none. */
async function fetchUntilSame(taking: Taking, packed: PackedData): Promise<DataContents> {
  const { home, order, say, signal } = taking
  await refuseFullDisk(home, packed)
  for (let attempt = 1; ; attempt += 1) {
    const problem = await fetchOnce(taking, packed)
    if (!problem) break
    signal.throwIfAborted()
    if (attempt >= tries) throw new AgentFailure('data_not_verified', `${problem} Nothing is started with it.`)
    say(`${problem} It is fetched again.`)
  }
  const { files, bytes, contents } = packed
  await writeDurably(staged(home, order.copyId).verified, JSON.stringify({ files, bytes, contents }))
  await syncFolder(home.copies)
  return { files, bytes, contents }
}

async function refuseFullDisk(home: Home, { bytes }: PackedData): Promise<void> {
  const { freeMib } = await diskOf(home.root)
  const needs = Math.ceil(bytes / 1024 / 1024) + spareMib
  if (needs > freeMib) throw new AgentFailure('disk_full', `The data need ${needs} MiB of disk, and ${freeMib} MiB are free.`)
}

/** Why what came is not what was packed; undefined = it is. */
async function fetchOnce(taking: Taking, packed: PackedData): Promise<string | undefined> {
  const { home, order, owner } = taking
  const { root, folder } = staged(home, order.copyId)
  await removeFolder(root)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  await unpackData(partsOf(taking, packed, hash), { root: folder, folders: order.folders, owner })
  if (hash.digest('hex') !== packed.digest) return 'The data came with another digest than they were sent with.'
  const found = await readBack(taking, packed)
  const isSame = found.contents === packed.contents && found.files === packed.files && found.bytes === packed.bytes
  return isSame ? undefined : 'What was unpacked is not what was packed.'
}

async function* partsOf(
  { source, order, say, signal }: Taking,
  packed: PackedData,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  const progress = new DataProgress(say, 'fetched', packed.sizeBytes)
  for (let part = 0; part < packed.parts; part += 1) {
    const bytes = await fetchPart({ source, copyId: order.copyId, part, signal })
    const expected = part < packed.parts - 1 ? copyPartBytes : packed.sizeBytes - part * copyPartBytes
    if (bytes.length !== expected) throw new AgentFailure('data_not_verified', `Part ${part} is not as long as it was sent.`)
    hash.update(bytes)
    progress.add(bytes.length)
    yield bytes
  }
}

type Part = { source: BlobSource; copyId: string; part: number; signal: AbortSignal }

async function fetchPart({ source, copyId, part, signal }: Part): Promise<Buffer> {
  for (let attempt = 1; ; attempt += 1) {
    const { body, etag } = await askHub(source, { method: 'GET', path: `/api/v1/agent/copies/${copyId}/parts/${part}` }, signal)
    if (etag === `"${createHash('sha256').update(body).digest('hex')}"`) return body
    if (attempt >= tries) throw new AgentFailure('data_not_verified', `Part ${part} comes damaged.`)
  }
}

/** From the disk, as an application will read it. */
async function readBack({ home, order, say, signal }: Taking, packed: PackedData): Promise<DataContents> {
  const progress = new DataProgress(say, 'verified', packed.bytes)
  const sum = new DataSum()
  for (const entry of walkData({ root: staged(home, order.copyId).folder, folders: order.folders, owner: undefined })) {
    signal.throwIfAborted()
    if (entry.kind === 'file') {
      await readFile(entry.open(), sum, progress)
    } else if (entry.kind !== 'other') sum.add(entry)
    await progress.breathe()
  }
  return sum.end()
}

async function readFile(open: OpenFile, sum: DataSum, progress: DataProgress): Promise<void> {
  const { path, mode, seconds, sizeBytes, file } = open
  try {
    const hash = createHash('sha256')
    for (const chunk of chunksOf(open)) {
      hash.update(chunk)
      progress.add(chunk.length)
      await progress.breathe()
    }
    sum.add({ kind: 'file', path, mode, seconds, sizeBytes, digest: hash.digest('hex') })
  } finally {
    closeSync(file)
  }
}
