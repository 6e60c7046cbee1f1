import type { CommandResult } from '@/lib/protocol/command'
import type { InitNews } from '@/lib/protocol/init'
import type { TaskAddress } from '@/lib/protocol/names'
import type { AsideNews, LogLine, UnitNews } from '@/lib/protocol/news'
import { type Outbox, taskKey } from './outbox'
import type { RunOffsets } from './outbox-items'

const mostLines = 500
const mostBytes = 128 * 1024

/** What the agent says, in the words of the protocol. Every method returns when it is on disk. */
export class Reporter {
  private readonly holes = new Map<string, number>()

  constructor(private readonly outbox: Outbox) {}

  async log(address: TaskAddress | null, lines: LogLine[], run?: RunOffsets): Promise<void> {
    if (!address || lines.length === 0 || this.outbox.isTaskDone(address)) return
    for (const [index, part] of partsOf(lines).entries()) {
      // Offsets belong to the last part: after a crash between parts a line may come twice, never be missing.
      const isLast = index === partsOf(lines).length - 1
      await this.logPart(address, part, isLast ? run : undefined)
    }
  }

  private async logPart(address: TaskAddress, log: LogLine[], run?: RunOffsets): Promise<void> {
    const task = taskKey(address)
    if (!this.outbox.hasRoomFor(task)) {
      if (!this.holes.has(task)) this.holes.set(task, this.outbox.nextTaskSeq(task))
      this.outbox.skipTaskSeq(task)
      return
    }
    await this.closeHole(address)
    await this.send(address, { log }, run)
  }

  private async closeHole(address: TaskAddress): Promise<void> {
    const task = taskKey(address)
    const from = this.holes.get(task)
    if (from === undefined) return
    this.holes.delete(task)
    await this.send(address, { hole: [from, this.outbox.nextTaskSeq(task) - 1] })
  }

  /** A line of the agent's own. */
  async say(address: TaskAddress | null, text: string): Promise<void> {
    await this.log(address, [{ at: new Date().toISOString(), stream: 'agent', text }])
  }

  /** False: only in memory, for the disk is full. */
  async step(address: TaskAddress | null, name: string): Promise<boolean> {
    return !address || this.outbox.isTaskDone(address) || this.send(address, { step: { name } })
  }

  async done(
    address: TaskAddress | null,
    outcome: { ok: boolean; code?: string; message?: string; result?: CommandResult },
  ): Promise<void> {
    if (!address || this.outbox.isTaskDone(address)) return
    await this.closeHole(address)
    const { message, ...rest } = outcome
    await this.send(address, { done: message === undefined ? rest : { ...rest, message: message.slice(0, 4000) } })
  }

  /** Something of this task has been said, so it has begun. */
  hasBegun(address: TaskAddress): boolean {
    return this.outbox.nextTaskSeq(taskKey(address)) > 1
  }

  isDone(address: TaskAddress): boolean {
    return this.outbox.isTaskDone(address)
  }

  private send(address: TaskAddress, part: object, run?: RunOffsets): Promise<boolean> {
    const { recordId, taskId, attempt } = address
    const seq = this.outbox.nextTaskSeq(taskKey(address))
    return this.outbox.add({ callback: { recordId, taskId, attempt, seq, ...part } }, run)
  }

  async unit(news: UnitNews): Promise<void> {
    await this.outbox.add({ unit: news })
  }

  async aside(news: AsideNews): Promise<void> {
    await this.outbox.add({ aside: news })
  }

  async init(news: InitNews): Promise<void> {
    await this.outbox.add({ init: news })
  }

  async package(digest: string, outcome: { state: 'cached' | 'failed'; code?: string; message?: string }): Promise<void> {
    await this.outbox.add({ package: { digest, ...outcome } })
  }
}

function partsOf(lines: LogLine[]): LogLine[][] {
  const parts: LogLine[][] = []
  let bytes = 0
  for (const line of lines) {
    const last = parts.at(-1)
    if (!last || last.length >= mostLines || bytes > mostBytes) {
      parts.push([line])
      bytes = line.text.length
    } else {
      last.push(line)
      bytes += line.text.length
    }
  }
  return parts
}
