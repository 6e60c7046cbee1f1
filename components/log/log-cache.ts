import type { LogLine, LogPage } from '@/lib/deploys/log-views'

const pageSize = 400

export type ReadLog = (from: number, limit: number, signal: AbortSignal) => Promise<LogPage>

export interface LogFacts {
  total: number
  ended: boolean
  firstErrorLine: number | null
  tasks: LogPage['tasks']
  failed: boolean
  /** Rises with every change, for React. */
  version: number
}

/**
 * A sparse copy of one log: only pages somebody looked at are fetched and kept. The last page grows, so it is read again
 * when news come; all others never change.
 */
export class LogCache {
  #pages = new Map<number, LogLine[]>()
  #loading = new Set<number>()
  #listeners = new Set<() => void>()
  #abort = new AbortController()
  #facts: LogFacts = { total: 0, ended: false, firstErrorLine: null, tasks: [], failed: false, version: 0 }

  constructor(private readonly read: ReadLog) {}

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  facts = (): LogFacts => this.#facts

  line(index: number): LogLine | undefined {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize]
  }

  /** Sees to it that the lines from `first` to `last` are here or on their way. */
  want(first: number, last: number) {
    const end = Math.min(last, this.#facts.total - 1)
    for (let page = Math.floor(Math.max(0, first) / pageSize); page <= Math.floor(end / pageSize); page += 1) {
      const need = Math.min(pageSize, this.#facts.total - page * pageSize)
      if ((this.#pages.get(page)?.length ?? 0) < need) void this.#load(page)
    }
  }

  /** Reads from the end of what is known: how many lines there are now, and the last of them. */
  async refresh() {
    const before = this.#facts.total
    await this.#load(Math.max(0, Math.floor(Math.max(0, before - 1) / pageSize)))
    const after = this.#facts.total
    // News may have run more than a page ahead: the last page is the one that people follow.
    if (after > before && after > 0) this.want(after - 1, after - 1)
  }

  async #load(page: number) {
    if (this.#loading.has(page)) return
    this.#loading.add(page)
    try {
      const answer = await this.read(page * pageSize, pageSize, this.#abort.signal)
      const known = this.#pages.get(page)
      if (!known || answer.lines.length >= known.length) this.#pages.set(page, answer.lines)
      this.#change({ ...answer, failed: false })
    } catch {
      if (!this.#abort.signal.aborted) this.#change({ failed: true })
    } finally {
      this.#loading.delete(page)
    }
  }

  #change(next: Partial<LogPage> & { failed: boolean }) {
    const old = this.#facts
    this.#facts = {
      total: Math.max(old.total, next.total ?? 0),
      ended: next.ended ?? old.ended,
      firstErrorLine: next.firstErrorLine ?? old.firstErrorLine,
      tasks: next.tasks ?? old.tasks,
      failed: next.failed,
      version: old.version + 1,
    }
    for (const listener of this.#listeners) listener()
  }

  close() {
    this.#abort.abort()
  }
}
