import type { Mask } from '@/lib/protocol/mask'
import type { OutputLine, OutputOffsets } from '@/lib/protocol/output'
import { type RunOutput, type Stream, streams } from './run-output'

const mostLineBytes = 32 * 1024
const mostPartChars = 16_000
const windowBytes = 256 * 1024

export type ReadAsk = {
  /** At most so many bytes now. */
  budget: number
  /** Who is further behind than this passes over all but a budget's worth. */
  patience: number
  /** The process is gone: a line without end is a line too. */
  isLast: boolean
}

/**
 * Reads a run's output from a place on. Lines are whole before they are masked, and after a leap it begins behind a line's end,
 * so that no secret hides in a border. `place` counts bytes exactly, whatever they are.
 */
export class OutputReader {
  constructor(
    private readonly output: RunOutput,
    private readonly mask: Mask,
    readonly place: OutputOffsets,
  ) {}

  /** How much is there that was not read. */
  get backlog(): number {
    return streams.reduce((sum, stream) => sum + Math.max(0, this.output.extent(stream).end - this.place[stream]), 0)
  }

  read({ budget, patience, isLast }: ReadAsk): { lines: OutputLine[]; bytes: number } {
    const lines: OutputLine[] = []
    const share = this.backlog > patience ? Math.floor(budget / 2) : Number.POSITIVE_INFINITY
    let bytes = 0
    for (const stream of streams) {
      const gap = this.leap(stream, share)
      if (gap) lines.push(gap)
      bytes += this.readStream(stream, { budget: budget - bytes, isLast, lines })
    }
    return { lines, bytes }
  }

  /** Over what is gone from the disk, and over what is more than `most`, to the next beginning of a line. */
  private leap(stream: Stream, most: number): OutputLine | undefined {
    const { begin, end } = this.output.extent(stream)
    const from = this.place[stream]
    if (from > end) this.output.countFrom(stream, from)
    const to = Math.max(begin, end - most)
    if (from >= to || from > end) return undefined
    const start = this.lineAfter(stream, to)
    if (start === undefined) return undefined
    this.place[stream] = start
    return { at: new Date().toISOString(), stream: 'gap', text: '', skippedBytes: start - from }
  }

  /** Without a line's end in sight it begins where no secret can go on any more. */
  private lineAfter(stream: Stream, place: number): number | undefined {
    const window = this.output.read(stream, place, windowBytes)
    const end = window.indexOf(10)
    if (end >= 0) return place + end + 1
    return window.length > 2 * mostLineBytes ? place + this.mask.cutBytesBefore(window, this.mask.clearOfBytes) : undefined
  }

  private readStream(stream: Stream, { budget, isLast, lines }: { budget: number; isLast: boolean; lines: OutputLine[] }): number {
    const asked = Math.min(budget, windowBytes)
    const bytes = asked > 0 ? this.output.read(stream, this.place[stream], asked) : Buffer.alloc(0)
    if (bytes.length === 0) return 0
    const end = bytes.lastIndexOf(10) + 1
    const whole =
      end > 0
        ? bytes
            .subarray(0, end - 1)
            .toString('utf8')
            .split('\n')
        : []
    const rest = this.restOf(bytes.subarray(end), isLast && bytes.length < asked)
    const at = new Date().toISOString()
    for (const line of rest.length > 0 ? [...whole, rest.toString('utf8')] : whole)
      for (const text of this.partsOf(line.endsWith('\r') ? line.slice(0, -1) : line)) lines.push({ at, stream, text })
    this.place[stream] += end + rest.length
    return end + rest.length
  }

  /** What of an unfinished line may be told: all of it at the very end, a safe part when it grows beyond measure. */
  private restOf(rest: Buffer, isAll: boolean): Buffer {
    if (isAll && rest.length <= mostLineBytes) return rest
    return rest.length > mostLineBytes ? rest.subarray(0, this.mask.cutBytesBefore(rest, mostLineBytes)) : Buffer.alloc(0)
  }

  /** Masked first, cut after: a part can then not hold half a secret. */
  private partsOf(line: string): string[] {
    const hidden = this.mask.hide(line)
    const parts: string[] = []
    for (let start = 0; start < hidden.length || start === 0; start += mostPartChars) parts.push(hidden.slice(start, start + mostPartChars))
    return parts
  }
}
