import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Mask } from '@/lib/protocol/mask'
import type { LogLine } from '@/lib/protocol/news'

const streams = ['stdout', 'stderr'] as const
const mostLineBytes = 32 * 1024
const chunkBytes = 256 * 1024

export type Offsets = { stdout: number; stderr: number }

/** Reads a run's output files line by line. Lines are whole before they are masked, so no secret hides in a chunk border. */
export class Tail {
  private readonly chunk = Buffer.alloc(chunkBytes)

  constructor(
    private readonly dir: string,
    private readonly mask: Mask,
    readonly offsets: Offsets,
  ) {}

  /** New lines of both streams, at most one chunk each; with `isLast` also a line that has no end. */
  read(isLast = false): LogLine[] {
    const at = new Date().toISOString()
    return streams.flatMap((stream) => this.readStream(stream, isLast).map((text) => ({ at, stream, text })))
  }

  private readStream(stream: (typeof streams)[number], isLast: boolean): string[] {
    const bytes = this.readChunk(stream)
    const end = bytes.lastIndexOf(10) + 1
    const whole = bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
    this.offsets[stream] += end
    const rest = bytes.subarray(end)
    const isChunkFull = bytes.length === chunkBytes
    if (rest.length === 0 || !(isLast || rest.length > mostLineBytes) || (isLast && isChunkFull && end > 0))
      return whole.flatMap((line) => this.partsOf(line))
    const text = rest.toString('utf8')
    const cut = isLast && !isChunkFull ? text.length : this.mask.cutBefore(text, Math.min(text.length, mostLineBytes))
    this.offsets[stream] += Buffer.byteLength(text.slice(0, cut))
    return [...whole, text.slice(0, cut)].flatMap((line) => this.partsOf(line))
  }

  /** Masked first, cut after: a part can then not hold half a secret. */
  private partsOf(line: string): string[] {
    const hidden = this.mask.hide(line)
    const parts: string[] = []
    for (let start = 0; start < hidden.length || start === 0; start += mostLineBytes) parts.push(hidden.slice(start, start + mostLineBytes))
    return parts
  }

  private readChunk(stream: (typeof streams)[number]): Buffer {
    let file: number
    try {
      file = openSync(join(this.dir, stream), 'r')
    } catch {
      return Buffer.alloc(0)
    }
    try {
      // Shorter than what was read: the file was cut to save disk.
      if (fstatSync(file).size < this.offsets[stream]) this.offsets[stream] = 0
      return this.chunk.subarray(0, readSync(file, this.chunk, 0, chunkBytes, this.offsets[stream]))
    } finally {
      closeSync(file)
    }
  }
}

/** The last lines of what a run wrote, errors after output. */
export function lastLinesOf(dir: string, mask: Mask, count = 20): string[] {
  return streams
    .flatMap((stream) => {
      const text = endOfFile(join(dir, stream), 16 * 1024, mask)
      const lines = text.split('\n').filter((line) => line !== '')
      return lines.slice(-count).map((line) => line.slice(0, 2000))
    })
    .slice(-count)
}

/** Secrets hidden, and without the line that it begins in the middle of: that may begin in the middle of a secret too. */
function endOfFile(path: string, bytes: number, mask: Mask): string {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const buffer = Buffer.alloc(Math.min(bytes, size))
      readSync(file, buffer, 0, buffer.length, size - buffer.length)
      const text = mask.hide(buffer.toString('utf8'))
      return size <= bytes ? text : text.slice(text.indexOf('\n') + 1 || mask.clearOfBytes / 2)
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}
