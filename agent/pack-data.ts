import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { pack as tarPack } from 'tar-stream'
import { type CopyOrder, CopyState, copyPartBytes, type PackedData } from '@/lib/protocol/copy'
import { DataSum } from '@/lib/protocol/data-rules'
import { DataProgress, inMib } from './data-progress'
import { AgentFailure } from './failure'
import { askHub } from './hub-http'
import type { BlobSource } from './package-cache'
import { chunksOf, type DataEntry, type DataPlace, type OpenFile, walkData } from './walk-data'

type Packing = { source: BlobSource; order: CopyOrder; place: DataPlace; left: string[]; say: (text: string) => void; signal: AbortSignal }

/**
 * Sends the data of a unit that has stopped to the hub, in parts. Begun anew it makes the same stream again, and sends only the parts
 * that the hub does not have.
 */
export async function packData(packing: Packing): Promise<void> {
  const { source, order, say, signal } = packing
  const path = `/api/v1/agent/copies/${order.copyId}`
  const state = CopyState.parse(JSON.parse((await askHub(source, { method: 'GET', path }, signal)).body.toString('utf8')))
  if (state.packed) return say(`packed already: ${state.packed.files} files, ${inMib(state.packed.bytes)}`)
  const ofBytes = await count(packing)
  const packed = await send(packing, state.parts, ofBytes)
  const body = Buffer.from(JSON.stringify({ ...packed, left: packing.left }))
  await askHub(source, { method: 'POST', path: `${path}/packed`, body }, signal)
  say(`packed ${packed.files} files, ${inMib(packed.bytes)}, SHA-256 ${packed.digest.slice(0, 12)}`)
}

/** First a look at all of it: what is refused is refused before anything is sent. */
async function count({ order, place, say, signal }: Packing): Promise<number> {
  const progress = new DataProgress(say, 'counted', order.limitBytes)
  let bytes = 0
  for (const entry of walkData(place)) {
    signal.throwIfAborted()
    if (entry.kind === 'other') say(`${entry.path} is a socket, pipe or device and is not copied`)
    if (entry.kind !== 'file') continue
    bytes += entry.sizeBytes
    progress.add(entry.sizeBytes)
    if (bytes > order.limitBytes)
      throw new AgentFailure('data_too_large', `Its data are more than ${inMib(order.limitBytes)}; that much is not copied.`)
    await progress.breathe()
  }
  return bytes
}

async function send({ source, order, place, say, signal }: Packing, known: readonly string[], ofBytes: number): Promise<PackedData> {
  const progress = new DataProgress(say, 'copied', ofBytes)
  const whole = createHash('sha256')
  const over = new AbortController()
  const archive = tarPack()
  const sum = new DataSum()
  const writing = writeAll(archive, walkData(place), { sum, progress, signal: AbortSignal.any([signal, over.signal]) }).catch(
    (error: unknown) => {
      archive.destroy(error instanceof Error ? error : new Error(String(error)))
      throw error
    },
  )
  let [parts, sizeBytes] = [0, 0]
  try {
    for await (const part of inParts(archive as AsyncIterable<Buffer>)) {
      whole.update(part)
      const digest = createHash('sha256').update(part).digest('hex')
      const path = `/api/v1/agent/copies/${order.copyId}/parts/${parts}?digest=${digest}`
      if (known[parts] !== digest) await askHub(source, { method: 'PUT', path, body: part, type: 'application/octet-stream' }, signal)
      progress.add(part.length)
      parts += 1
      sizeBytes += part.length
    }
    await writing
  } finally {
    over.abort()
    await writing.catch(() => undefined)
  }
  return { ...sum.end(), digest: whole.digest('hex'), sizeBytes, parts }
}

async function* inParts(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let size = 0
  for await (const chunk of stream) {
    waiting.push(chunk)
    size += chunk.length
    while (size >= copyPartBytes) {
      const all = Buffer.concat(waiting, size)
      yield all.subarray(0, copyPartBytes)
      waiting = [all.subarray(copyPartBytes)]
      size -= copyPartBytes
    }
  }
  if (size > 0) yield Buffer.concat(waiting, size)
}

type Writing = { sum: DataSum; progress: DataProgress; signal: AbortSignal }
type Archive = ReturnType<typeof tarPack>

async function writeAll(archive: Archive, entries: Iterable<DataEntry>, writing: Writing): Promise<void> {
  for (const entry of entries) {
    writing.signal.throwIfAborted()
    const { path: name } = entry
    if (entry.kind === 'file') await writeFile(archive, entry.open(), writing)
    else if (entry.kind === 'folder') {
      writing.sum.add(entry)
      archive.entry({ name, type: 'directory', mode: entry.mode, mtime: new Date(entry.seconds * 1000) })
    } else if (entry.kind === 'link') {
      writing.sum.add(entry)
      archive.entry({ name, type: 'symlink', linkname: entry.target, mode: 0o777, mtime: new Date(0) })
    }
    await writing.progress.breathe()
  }
  archive.finalize()
}

async function writeFile(archive: Archive, open: OpenFile, { sum, signal }: Writing): Promise<void> {
  const { path, mode, seconds, sizeBytes } = open
  try {
    const hash = createHash('sha256')
    const into = archive.entry({ name: path, type: 'file', mode, size: sizeBytes, mtime: new Date(seconds * 1000) })
    // It is told by the archive.
    into.on('error', () => undefined)
    for (const chunk of chunksOf(open)) {
      hash.update(chunk)
      if (!into.write(chunk)) await once(into, 'drain', { signal })
    }
    const ended = once(into, 'finish', { signal })
    into.end(undefined)
    await ended
    sum.add({ kind: 'file', path, mode, seconds, sizeBytes, digest: hash.digest('hex') })
  } finally {
    closeSync(open.file)
  }
}
