import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CallbackNews, NewsItem } from '@/lib/protocol/news'
import { giveUpReserve, syncFolder } from './durable'
import { isDiskFullError } from './failure'
import { type Header, type Place, type RunOffsets, type Stored, type Waiting, withoutLeft } from './outbox-items'

export const taskKey = (address: { recordId: string; taskId: string; attempt: number }) =>
  `${address.recordId}/${address.taskId}/${address.attempt}`

const mostUnackedPerTask = 64 * 1024 * 1024
const mostUnacked = 256 * 1024 * 1024
/** Held in memory while the disk is full; more log than this becomes a hole. */
const mostWaiting = 200
const mostTasksRemembered = 1000
const compactAboveBytes = 1024 * 1024
const mostHeldBytes = 512 * 1024

/**
 * News on disk until the hub has acknowledged it: an append-only file, synced before anything of it is sent. Only places
 * are kept in memory. Numbers never fall: they are in the items, and in the first line after a compaction.
 */
export class Outbox {
  private places: Place[] = []
  private waiting: Waiting[] = []
  private header: Header = { nextSeq: 1, tasks: {}, runs: {} }
  private size = 0
  private ackedBytes = 0
  private heldBytes = 0
  private unackedByTask = new Map<string, number>()
  private flushing: Promise<void> | undefined
  private before: Promise<unknown> = Promise.resolve()
  /** The highest number that may have been sent. */
  private said = 0
  private isSetBack = false
  private file!: FileHandle
  onNews: () => void = () => undefined

  private constructor(private readonly path: string) {}

  static async open(path: string): Promise<Outbox> {
    const outbox = new Outbox(path)
    outbox.file = await open(path, 'a+', 0o600)
    await outbox.load()
    return outbox
  }

  private async load(): Promise<void> {
    let rest = Buffer.alloc(0)
    const chunk = Buffer.alloc(1024 * 1024)
    for (let at = 0; ; ) {
      const { bytesRead } = await this.file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) break
      at += bytesRead
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        this.loadLine(rest.toString('utf8', 0, end), end + 1)
        rest = rest.subarray(end + 1)
      }
    }
    // A line without its end was cut off by a crash; it was never sent.
    if (rest.length > 0) await this.file.truncate(this.size)
    this.said = this.header.nextSeq - 1
  }

  private loadLine(line: string, length: number): void {
    const json = JSON.parse(line) as Stored | { header: Header }
    if ('header' in json) this.header = json.header
    else this.remember(json, { offset: this.size, length })
    this.size += length
  }

  private remember(item: Stored, { offset, length }: { offset: number; length: number }): void {
    const callback = 'callback' in item ? (item.callback as CallbackNews) : undefined
    const task = callback && taskKey(callback)
    this.header.nextSeq = Math.max(this.header.nextSeq, item.seq + 1)
    if (callback && task)
      this.header.tasks[task] = { seq: Math.max(callback.seq, this.header.tasks[task]?.seq ?? 0), isDone: callback.done !== undefined }
    if (item.run) this.header.runs[item.run.runId] = item.run
    this.addPlace({ seq: item.seq, offset, length, task, isLog: callback?.log !== undefined })
  }

  private addPlace(place: Place): void {
    this.places.push(place)
    if (place.line) this.heldBytes += place.length
    if (place.task) this.unackedByTask.set(place.task, (this.unackedByTask.get(place.task) ?? 0) + place.length)
  }

  get unsent(): number {
    return this.places.length + this.waiting.length
  }

  /**
   * The hub has heard numbers that were never said, so our disk was set back: what has not been sent is numbered anew above them, or it
   * would be taken for what the hub has already. Numbers of tasks stay: the hub sees that their news is new. What runs of before had left
   * to be said was said before the disk was set back, and is not said again.
   */
  async liftAbove(seq: number): Promise<void> {
    const { said } = this
    const by = seq - said
    if (by <= 0) return
    this.isSetBack = true
    await this.inTurn(async () => {
      await this.writeAll()
      const lift = <Item extends { seq: number }>(item: Item): Item => (item.seq > said ? { ...item, seq: item.seq + by } : item)
      this.header.nextSeq += by
      for (const one of this.waiting)
        Object.assign(one, { line: `${JSON.stringify(lift(withoutLeft(JSON.parse(one.line))))}\n`, place: lift(one.place) })
      await this.rewrite((item) => lift(item.seq > said ? withoutLeft(item) : item))
    })
  }

  /** What a run prints that had to be started anew is new from its first line on. */
  offsetsOf(runId: string, start: string | undefined): { stdout: number; stderr: number } {
    const known = this.header.runs[runId]
    if (!known || (known.start !== undefined && known.start !== start)) return { stdout: 0, stderr: 0 }
    return { stdout: known.stdout, stderr: known.stderr }
  }

  forgetRun(runId: string): void {
    delete this.header.runs[runId]
  }

  isTaskDone(address: { recordId: string; taskId: string; attempt: number }): boolean {
    return this.header.tasks[taskKey(address)]?.isDone === true
  }

  nextTaskSeq(task: string): number {
    return (this.header.tasks[task]?.seq ?? 0) + 1
  }

  /** Numbers that were used by what could not be kept. */
  skipTaskSeq(task: string): void {
    const count = this.header.tasks[task]
    this.header.tasks[task] = { seq: this.nextTaskSeq(task), isDone: count?.isDone ?? false }
  }

  hasRoomFor(task: string): boolean {
    if (this.waiting.length > mostWaiting) return false
    return (this.unackedByTask.get(task) ?? 0) < mostUnackedPerTask && this.size - this.ackedBytes < mostUnacked
  }

  /** Resolves when the item is on disk; with false, when the disk is full and it waits in memory. Order of calls is order of numbers. */
  async add(news: Omit<NewsItem, 'seq'>, run?: RunOffsets): Promise<boolean> {
    const item = { seq: this.header.nextSeq, ...news } as NewsItem
    this.header.nextSeq += 1
    const callback = 'callback' in item ? (item.callback as CallbackNews) : undefined
    const task = callback && taskKey(callback)
    if (callback && task) this.header.tasks[task] = { seq: callback.seq, isDone: callback.done !== undefined }
    if (run) this.header.runs[run.runId] = run
    const whole = run ? { ...item, run } : item
    const line = `${JSON.stringify(this.isSetBack ? withoutLeft(whole) : whole)}\n`
    return new Promise<boolean>((written) => {
      this.waiting.push({ line, place: { seq: item.seq, task, isLog: callback?.log !== undefined }, written })
      void this.flush()
    })
  }

  /** One write and one sync for all that came meanwhile. */
  flush(): Promise<void> {
    this.flushing ??= this.inTurn(() => this.writeAll())
    return this.flushing
  }

  /** Changes of the file are made one after the other: what is written while another file takes its place would be gone. */
  private inTurn(change: () => Promise<void>): Promise<void> {
    const mine = this.before.then(change)
    this.before = mine.catch(() => undefined)
    return mine
  }

  private async writeAll(): Promise<void> {
    try {
      while (this.waiting.length > 0 && (await this.writeWaiting()));
    } finally {
      // At once: whoever adds from here on needs another flush.
      this.flushing = undefined
    }
  }

  private async writeWaiting(): Promise<boolean> {
    const batch = this.waiting.slice(0, 500)
    const bytes = Buffer.from(batch.map(({ line }) => line).join(''))
    try {
      await this.file.appendFile(bytes)
      await this.file.sync()
    } catch (error) {
      await this.file.truncate(this.size).catch(() => undefined)
      if (!isDiskFullError(error)) throw error
      if (await giveUpReserve()) return true
      // Nothing is dropped: it waits in memory, and nobody waits for it; `flush` is called again with every heartbeat.
      for (const { written } of this.waiting) written(false)
      return false
    }
    this.waiting.splice(0, batch.length)
    for (const { line, place, written } of batch) {
      const length = Buffer.byteLength(line)
      const isHeld = this.heldBytes + length <= mostHeldBytes
      this.addPlace({ ...place, offset: this.size, length, ...(isHeld ? { line } : {}) })
      this.size += length
      written(true)
    }
    this.onNews()
    return true
  }

  /** Items above `seq`, as many as fit in one frame. */
  async readAfter(seq: number, mostBytes: number): Promise<NewsItem[]> {
    const start = this.places.findIndex((place) => place.seq > seq)
    if (start < 0) return []
    const items: NewsItem[] = []
    let bytes = 0
    for (const place of this.places.slice(start, start + 1000)) {
      if (items.length > 0 && bytes + place.length > mostBytes) break
      bytes += place.length
      const { run: _run, ...item } = JSON.parse(place.line ?? (await this.bytesAt(place)).toString('utf8')) as Stored
      items.push(item as NewsItem)
    }
    this.said = Math.max(this.said, items.at(-1)?.seq ?? 0)
    return items
  }

  private async bytesAt({ offset, length }: Place) {
    const buffer = Buffer.alloc(length)
    await this.file.read(buffer, 0, length, offset)
    return buffer
  }

  async acknowledge(seq: number): Promise<void> {
    while (this.places[0] && this.places[0].seq <= seq) {
      const { length, task, line } = this.places.shift() as Place
      this.ackedBytes += length
      if (line) this.heldBytes -= length
      if (!task) continue
      const left = (this.unackedByTask.get(task) ?? 0) - length
      if (left > 0) this.unackedByTask.set(task, left)
      else this.unackedByTask.delete(task)
    }
    if (this.ackedBytes > compactAboveBytes && this.ackedBytes * 2 > this.size) await this.compact()
  }

  compact(): Promise<void> {
    return this.inTurn(async () => {
      await this.writeAll()
      await this.rewrite((item) => item)
    })
  }

  /** Writes what is still wanted to a new file and puts it in the old one's place. */
  private async rewrite(renew: (item: Stored) => Stored): Promise<void> {
    const path = `${this.path}.new`
    const fresh = await open(path, 'w+', 0o600)
    try {
      const { bytes, places } = await this.keptContent(renew)
      await fresh.writeFile(bytes)
      await fresh.sync()
      await rename(path, this.path)
      await syncFolder(dirname(this.path))
      const old = this.file
      // Reopened in append mode: the handle above writes where it stands.
      this.file = await open(this.path, 'a+', 0o600)
      await old.close()
      this.places = places
      this.heldBytes = 0
      this.size = bytes.length
      this.ackedBytes = 0
    } catch (error) {
      await rm(path, { force: true })
      if (!isDiskFullError(error)) throw error
    } finally {
      await fresh.close()
    }
  }

  private async keptContent(renew: (item: Stored) => Stored): Promise<{ bytes: Buffer; places: Place[] }> {
    this.header.tasks = Object.fromEntries(Object.entries(this.header.tasks).slice(-mostTasksRemembered))
    const parts = [Buffer.from(`${JSON.stringify({ header: this.header })}\n`)]
    let offset = parts[0]?.length ?? 0
    const places: Place[] = []
    for (const { line: _line, ...place } of this.places) {
      const item = renew(JSON.parse((await this.bytesAt(place)).toString('utf8')) as Stored)
      const bytes = Buffer.from(`${JSON.stringify(item)}\n`)
      parts.push(bytes)
      places.push({ ...place, seq: item.seq, offset, length: bytes.length })
      offset += bytes.length
    }
    return { bytes: Buffer.concat(parts), places }
  }

  async close(): Promise<void> {
    await this.flush()
    await this.file.close()
  }
}
