import type { CommandEntry } from '@/lib/protocol/command'
import { runCommand } from './command-run'
import type { Wire } from './connection'
import { Copies } from './copies'
import { findHeld } from './holder'
import { taskKey } from './outbox'
import type { BlobSource } from './package-cache'
import { say, type UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'

/** Commands of many machines, of which this is one. Each is begun at most once, whatever happens to this agent. */
export class Commands {
  private readonly running = new Map<string, { abort: AbortController; ended: Promise<void> }>()
  /** What is to copy data is no command of people, and may begin again. */
  readonly copies: Copies
  private isClosing = false
  private wire: Wire | undefined
  /** An update is about to happen: what is told now begins under the next agent. */
  isHeld = false

  constructor(
    private readonly ctx: UnitContext,
    private readonly recordOf: (unitId: string) => UnitRecord | undefined,
    private readonly update: (entry: CommandEntry, signal: AbortSignal) => Promise<void>,
    source: BlobSource,
  ) {
    this.copies = new Copies(ctx, source, recordOf)
  }

  connected(wire: Wire): void {
    this.wire = wire
  }

  disconnected(): void {
    this.wire = undefined
  }

  /** All that run now have ended, but for the one that waits for that. */
  async settle(but: CommandEntry): Promise<void> {
    const others = [...this.running].filter(([key]) => key !== taskKey(but.cause))
    await Promise.all(others.map(([, { ended }]) => ended))
  }

  take(entries: readonly CommandEntry[]): void {
    this.copies.take(entries)
    for (const entry of entries) {
      if (entry.copy) continue
      const key = taskKey(entry.cause)
      const known = this.running.get(key)
      if (known && entry.wanted === 'stop') known.abort.abort()
      if (known || this.isClosing || this.isHeld || this.ctx.reporter.isDone(entry.cause)) continue
      const abort = new AbortController()
      const ended = this.handle(entry, abort.signal)
        .catch((error) => say(`a command could not be run: ${error instanceof Error ? error.stack : error}`))
        .finally(() => this.running.delete(key))
      this.running.set(key, { abort, ended })
    }
  }

  private async handle(entry: CommandEntry, signal: AbortSignal): Promise<void> {
    if (entry.agent) return this.update(entry, entry.wanted === 'stop' ? AbortSignal.abort() : signal)
    const { reporter, home } = this.ctx
    const runId = runIdOf(entry)
    const hasBegun = reporter.hasBegun(entry.cause)
    const held = hasBegun ? findHeld(home.run(runId), runId) : undefined
    if (hasBegun && !held) return reporter.done(entry.cause, unknown)
    if (!held && entry.wanted === 'stop') return reporter.done(entry.cause, { ok: false, code: 'cancelled', message: 'It was not begun.' })
    const record = entry.unitId === null ? null : (this.recordOf(entry.unitId) ?? 'gone')
    const until = held && entry.wanted === 'stop' ? AbortSignal.abort() : signal
    await runCommand({ ctx: this.ctx, entry, record, runId, held, signal: until, wire: () => this.wire })
  }

  /** Their holders go on; the next agent takes them up. */
  async close(): Promise<void> {
    this.isClosing = true
    await this.copies.close()
  }
}

/** A task's name as the name of a folder; it holds no other characters. */
const runIdOf = ({ cause }: CommandEntry): string => `command-${cause.taskId}-${cause.attempt}`

const unknown = {
  ok: false,
  code: 'outcome_unknown',
  message: 'The machine or its agent went down while it was begun; whether it ran is not known, and it was not run again.',
}
