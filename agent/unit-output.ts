import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Mask } from '@/lib/protocol/mask'
import type { OutputLine, OutputOffsets, OutputPart, OutputPlace } from '@/lib/protocol/output'
import { exitCodeOf } from './holder'
import type { Home } from './home'
import { OutputReader } from './output-reader'
import { paced } from './pace'
import { RunOutput } from './run-output'
import { runsOf, type ShelvedRun } from './run-shelf'
import type { UnitRecord } from './unit-record'

const idleBytesPerSecond = 2 * 1024
/** What a unit may say at once after it was quiet. */
const burstBytes = 128 * 1024
const idleEveryMs = 10_000
const mostWaiting = 256 * 1024

type Place = NonNullable<OutputPlace['at']>

/** One unit's output on its way: what was read and not yet kept by the hub, and how much it may still say. */
export class UnitOutput {
  private place: Place | null | undefined
  private isKept = true
  private run: ShelvedRun | undefined
  private reader: OutputReader | undefined
  private from: OutputOffsets = { stdout: 0, stderr: 0 }
  /** On its way; the next part begins where it ends. */
  private sent: { runId: string; to: OutputOffsets; ended: boolean } | undefined
  private lines: OutputLine[] = []
  private lineBytes = 0
  private isEndRead = false
  private allowance = burstBytes
  private filledAt = performance.now()
  private sentAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly home: Home,
    private readonly mask: Mask,
    private readonly record: UnitRecord,
  ) {}

  /** It is not known where the hub stands. */
  get isLost(): boolean {
    return this.place === undefined
  }

  /** The hub has all there is, or wants none of it. */
  get isOver(): boolean {
    return !this.isKept || (this.place !== undefined && this.run === undefined && this.nextRun() === undefined)
  }

  lose(): void {
    this.place = undefined
    this.forget()
  }

  /** What the hub has. Anything but what was just sent makes it begin there anew. */
  standAt({ isKept, at }: OutputPlace): void {
    this.isKept = isKept
    this.place = at
    const { sent } = this
    const isAsSent = at && sent && at.run.id === sent.runId && isSame(at.offsets, sent.to) && at.ended === sent.ended
    this.sent = undefined
    if (!isAsSent || at.ended) this.forget()
  }

  /** Reads what came, as much as the unit may say; `rate` null: nobody looks. */
  fill(rate: number | null, now: number): void {
    const perSecond = rate ?? idleBytesPerSecond
    const patience = Math.max(burstBytes, 2 * (rate ?? 0))
    this.allowance = Math.min(patience, this.allowance + (perSecond * (now - this.filledAt)) / 1000)
    this.filledAt = now
    if (!this.isKept || this.isLost) return
    const reader = this.openRun()
    if (!reader || !this.run || this.lineBytes >= mostWaiting) return
    const isBehind = reader.backlog > patience
    // Far behind it leaps; a leap for a handful of lines would only be a list of gaps.
    if (isBehind && this.allowance < patience / 8) return
    const isLast = !this.run.isLive
    const { lines, bytes } = reader.read({ budget: Math.floor(this.allowance), patience, isLast })
    this.allowance -= bytes
    for (const line of lines) this.lines.push(line)
    this.lineBytes += lines.reduce((sum, line) => sum + line.text.length + 60, 0)
    this.isEndRead = isLast && reader.backlog === 0
  }

  isDue(isLive: boolean, now: number): boolean {
    if (!this.run || !this.isKept || this.isLost || this.sent) return false
    if (this.isEndRead) return true
    return this.lines.length > 0 && (isLive || this.lineBytes >= burstBytes / 2 || now - this.sentAt >= paced(idleEveryMs))
  }

  take(now: number): OutputPart {
    const { run, reader } = this
    if (!run || !reader) throw new Error(`${this.record.unit} has nothing to tell.`)
    const { from, lines } = this
    const to = { ...reader.place }
    const ended = this.isEndRead
    this.sent = { runId: run.facts.id, to, ended }
    this.sentAt = now
    this.from = to
    this.lines = []
    this.lineBytes = 0
    return { unitId: this.record.unitId, run: run.facts, from, to, lines, ended, ...endOf(run.dir, ended) }
  }

  private forget(): void {
    this.run = undefined
    this.reader = undefined
    this.sent = undefined
    this.lines = []
    this.lineBytes = 0
    this.isEndRead = false
  }

  /** The run under way, as it is now: its folder moves when the process ends. */
  private openRun(): OutputReader | undefined {
    const known = this.run
    if (known?.isLive && this.reader && this.record.process?.runId === known.facts.id) return this.reader
    const run = known ? runsOf(this.home, this.record).find(({ facts }) => facts.id === known.facts.id) : this.nextRun()
    if (!run) {
      // It went from the machine before it was told.
      if (known) this.forget()
      return undefined
    }
    if (!this.reader || run.dir !== this.run?.dir) {
      const isSameRun = this.reader !== undefined && known !== undefined
      const start = this.place?.run.id === run.facts.id ? this.place.offsets : { stdout: 0, stderr: 0 }
      if (!isSameRun) this.from = { ...start }
      this.reader = new OutputReader(new RunOutput(run.dir), this.mask, isSameRun && this.reader ? { ...this.reader.place } : { ...start })
    }
    this.run = run
    return this.reader
  }

  /** The one where the hub stands, unless it is told to its end; else the first after it. */
  private nextRun(): ShelvedRun | undefined {
    const { place } = this
    const runs = runsOf(this.home, this.record)
    if (!place) return runs[0]
    const { id, generation, number } = place.run
    const isAfter = ({ facts }: ShelvedRun) =>
      facts.id !== id && (facts.generation > generation || (facts.generation === generation && facts.number >= number))
    return runs.find((run) => (run.facts.id === id ? !place.ended : isAfter(run)))
  }
}

function endOf(dir: string, ended: boolean): Pick<OutputPart, 'endedAt' | 'exitCode'> {
  if (!ended) return { endedAt: null, exitCode: null }
  return {
    endedAt: statSync(join(dir, 'exit'), { throwIfNoEntry: false })?.mtime.toISOString() ?? null,
    exitCode: exitCodeOf(dir) ?? null,
  }
}

const isSame = (a: OutputOffsets, b: OutputOffsets): boolean => a.stdout === b.stdout && a.stderr === b.stderr
