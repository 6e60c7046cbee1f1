import type { LineSource } from '@/components/log/log-lines'
import type { OutputLine, OutputPage, OutputUnit } from '@/lib/output/views'

const pageSize = 1000
/** More are not kept in a tab; the oldest go. */
const mostLines = 60_000
const fewerLines = 50_000

export interface OutputAsk {
  after?: string
  before?: string
  limit: number
}
export type ReadOutput = (ask: OutputAsk, signal: AbortSignal) => Promise<OutputPage>

export interface OutputFacts {
  /** Lines that are here and lines that can be fetched before them. */
  total: number
  units: OutputUnit[] | null
  /** Everything that is kept is here. */
  isComplete: boolean
  /** The first page came. */
  isRead: boolean
  failure: unknown
  asOf: string | null
  /** Rises with every change, for React. */
  version: number
}

/**
 * The lines of several units as one list by time. It begins with the last of them and grows at both ends: forwards while units
 * print, backwards when somebody scrolls there or searches. Lines that are not here yet have their places kept free.
 */
export class OutputCache implements LineSource<OutputLine> {
  #lines: OutputLine[] = []
  #missing = 0
  #after: string | undefined
  #before: string | null = null
  #reading: Promise<void> | undefined
  #readingBack = false
  #listeners = new Set<() => void>()
  #abort = new AbortController()
  #facts: OutputFacts = { total: 0, units: null, isComplete: false, isRead: false, failure: null, asOf: null, version: 0 }

  constructor(private readonly read: ReadOutput) {}

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  facts = (): OutputFacts => this.#facts

  line(index: number): OutputLine | undefined {
    return this.#lines[index - this.#missing]
  }

  want(first: number, _last: number): void {
    if (first < this.#missing) void this.#readBack(first)
  }

  /** Everything that is kept, for a search. */
  async readAll(): Promise<void> {
    await this.#readBack(0)
  }

  /** Places of lines with this text, letter case aside, among what is here. */
  find(text: string): number[] {
    const wanted = text.toLowerCase()
    const offsets: number[] = []
    for (const [i, line] of this.#lines.entries())
      if ((line.stream === 'stdout' || line.stream === 'stderr') && line.text.toLowerCase().includes(wanted))
        offsets.push(this.#missing + i)
    return offsets
  }

  /** What came since; the first time, the last lines. */
  refresh(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readOn(): Promise<void> {
    try {
      for (;;) {
        const after = this.#after
        const page = await this.read({ limit: pageSize, ...(after === undefined ? {} : { after }) }, this.#abort.signal)
        this.#after = page.after
        if (after === undefined) {
          this.#before = page.before
          this.#missing = page.before === null ? 0 : Math.max(0, page.total - page.lines.length)
        }
        this.#append(page.lines)
        this.#change({ units: page.units, isRead: true, failure: null, asOf: page.asOf })
        if (after === undefined || page.lines.length < pageSize) return
      }
    } catch (failure) {
      if (!this.#abort.signal.aborted) this.#change({ failure })
    }
  }

  /** Two machines are not heard at the same moment: a line may come that belongs a little further up. */
  #append(lines: readonly OutputLine[]): void {
    const first = lines[0]
    if (!first) return
    const late: OutputLine[] = []
    for (let last = this.#lines.at(-1); last && last.at > first.at; last = this.#lines.at(-1)) late.unshift(this.#lines.pop() as OutputLine)
    const tail = late.length === 0 ? lines : [...late, ...lines].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    for (const line of tail) this.#lines.push(line)
    if (this.#lines.length > mostLines) {
      this.#lines = this.#lines.slice(-fewerLines)
      this.#missing = 0
      this.#before = null
    }
  }

  async #readBack(until: number): Promise<void> {
    if (this.#readingBack) return
    this.#readingBack = true
    try {
      while (this.#before !== null && this.#missing > until) {
        const page = await this.read({ before: this.#before, limit: pageSize }, this.#abort.signal)
        if (this.#before === null) return
        this.#before = page.before
        this.#lines = [...page.lines, ...this.#lines]
        this.#missing = page.before === null ? 0 : Math.max(1, this.#missing - page.lines.length)
        this.#change({ failure: null })
      }
    } catch (failure) {
      if (!this.#abort.signal.aborted) this.#change({ failure })
    } finally {
      this.#readingBack = false
    }
  }

  #change(next: Partial<OutputFacts>): void {
    const total = this.#missing + this.#lines.length
    this.#facts = { ...this.#facts, ...next, total, isComplete: this.#before === null, version: this.#facts.version + 1 }
    for (const listener of this.#listeners) listener()
  }

  close(): void {
    this.#abort.abort()
  }
}
