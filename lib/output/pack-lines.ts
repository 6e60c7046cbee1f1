import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { type OutputStream, outputStreams } from './views'

export interface KeptLine {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly stream: OutputStream
  readonly text: string
}

const letters = 'oegsx'

/** A line each: milliseconds since the one before, the stream's letter, the text. */
export function packLines(lines: readonly KeptLine[], firstAt: number): { bytes: Buffer; sizeBytes: number } {
  let before = firstAt
  const texts = lines.map(({ at, stream, text }) => {
    const since = at - before
    before = at
    return `${since.toString(36)} ${letters[outputStreams.indexOf(stream)]}${text}`
  })
  const plain = Buffer.from(texts.join('\n'))
  return { bytes: deflateRawSync(plain), sizeBytes: plain.length }
}

export function unpackLines(bytes: Uint8Array, firstAt: number): KeptLine[] {
  let at = firstAt
  return inflateRawSync(bytes)
    .toString('utf8')
    .split('\n')
    .map((packed) => {
      const gap = packed.indexOf(' ')
      at += Number.parseInt(packed.slice(0, gap), 36)
      const stream = outputStreams[letters.indexOf(packed[gap + 1] ?? 'o')] ?? 'stdout'
      return { at, stream, text: packed.slice(gap + 2) }
    })
}
