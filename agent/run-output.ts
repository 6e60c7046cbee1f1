import { execFile } from 'node:child_process'
import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const streams = ['stdout', 'stderr'] as const
export type Stream = (typeof streams)[number]

/** A stream keeps at least half of this. */
const mostBytes = 8 * 1024 * 1024
/** Far below what file systems can count to. */
const mostFileBytes = 2 ** 40
const blockBytes = 4096

/** Bytes of the stream that an emptied file no longer counts, and bytes of the file that were given back to the disk. */
type Cut = { base: number; head: number }
type Cuts = Record<Stream, Cut>

/** Gives the disk back what lies before `bytes`; the file keeps its length, so its writer notices nothing. */
export type Punch = (path: string, bytes: number) => Promise<void>

/** Read once: only this process writes them. */
const known = new Map<string, Cuts>()
const mostKnown = 10_000

const run = promisify(execFile)
const fallocate = ['/usr/bin/fallocate', '/bin/fallocate'].find((path) => existsSync(path))

const punchHole: Punch = async (path, bytes) => {
  if (!fallocate) throw new Error('There is no fallocate.')
  await run(fallocate, ['--punch-hole', '--offset', '0', '--length', String(bytes), path])
}

/** The output files of one run. Places are counted in bytes since its start, whatever was cut off the files meanwhile. */
export class RunOutput {
  constructor(readonly dir: string) {}

  /** What is still there of a stream. */
  extent(stream: Stream): { begin: number; end: number } {
    const { base, head } = this.cuts()[stream]
    const size = statSync(join(this.dir, stream), { throwIfNoEntry: false })?.size ?? 0
    return { begin: base + head, end: base + Math.max(size, head) }
  }

  read(stream: Stream, place: number, length: number): Buffer {
    const { base } = this.cuts()[stream]
    let file: number
    try {
      file = openSync(join(this.dir, stream), 'r')
    } catch {
      return Buffer.alloc(0)
    }
    try {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(file).size - (place - base))))
      return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, place - base))
    } finally {
      closeSync(file)
    }
  }

  /** The hub has more than the file: the disk is an older one. What comes now is counted on from there. */
  countFrom(stream: Stream, place: number): void {
    const { end } = this.extent(stream)
    const cuts = this.cuts()
    this.save({ ...cuts, [stream]: { ...cuts[stream], base: cuts[stream].base + place - end } })
  }

  /**
   * Long-lived processes append to the same file for ever. Its older part is given back as a hole; where that cannot be, the file
   * is emptied, and what came in that very moment is lost.
   */
  async bound(most = mostBytes, punch: Punch = punchHole): Promise<void> {
    for (const stream of streams) {
      const path = join(this.dir, stream)
      const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
      const cuts = this.cuts()
      if (size - cuts[stream].head < most) continue
      const head = Math.floor((size - most / 2) / blockBytes) * blockBytes
      // Noted first: nobody shall read zeros as output.
      this.save({ ...cuts, [stream]: { ...cuts[stream], head } })
      const isDone =
        size < mostFileBytes &&
        (await punch(path, head)
          .then(() => true)
          .catch(() => false))
      if (!isDone) this.empty(stream)
    }
  }

  private empty(stream: Stream): void {
    const path = join(this.dir, stream)
    const cuts = this.cuts()
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > 0) truncateSync(path)
    this.save({ ...cuts, [stream]: { base: cuts[stream].base + size, head: 0 } })
  }

  private cuts(): Cuts {
    const found = known.get(this.dir) ?? storedCuts(this.dir)
    if (known.size >= mostKnown) known.clear()
    known.set(this.dir, found)
    return found
  }

  private save(cuts: Cuts): void {
    known.set(this.dir, cuts)
    try {
      writeFileSync(join(this.dir, 'cut.json'), JSON.stringify(cuts))
    } catch {
      // A full disk: places are counted wrongly for a while, which costs a line, not the process.
    }
  }
}

function storedCuts(dir: string): Cuts {
  try {
    return JSON.parse(readFileSync(join(dir, 'cut.json'), 'utf8')) as Cuts
  } catch {
    return { stdout: { base: 0, head: 0 }, stderr: { base: 0, head: 0 } }
  }
}
