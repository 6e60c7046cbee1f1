import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import type { Mask } from '@/lib/protocol/mask'
import { MaskedFlow } from '@/lib/protocol/masked-flow'
import type { TerminalAct, TerminalSaid } from '@/lib/protocol/terminal'
import { killMarked } from './procfs'
import { resize, spawnCommand, spawnShell } from './pseudo-terminal'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { surroundingsOf } from './unit-steps'

/** In the environment of everything that runs in a terminal: which it is, and the home of the agent that began it. */
const mark = 'TENGEN_TERMINAL'
export const homeMark = 'TENGEN_TERMINAL_OF'
/** What may wait for the hub; beyond it the program waits. */
const mostWaiting = 256 * 1024
const resizeAgainMs = 20

export type Open = Extract<TerminalAct, { kind: 'open' }>
type End = NonNullable<TerminalSaid['end']>

/** One person's shell or command. What it shows is kept here until the hub has it. */
export class Terminal {
  private child: ChildProcessWithoutNullStreams | undefined
  private readonly flow: MaskedFlow
  private resizing: NodeJS.Timeout | undefined
  private waiting: TerminalSaid[] = []
  private seq = 0
  private isEnded = false
  private reason: End['reason'] = 'exited'
  private readonly limit: NodeJS.Timeout
  private idle: NodeJS.Timeout

  private constructor(
    readonly terminalId: string,
    readonly unitId: string,
    private readonly ask: Open,
    mask: Mask,
    private readonly say: (said: TerminalSaid) => void,
  ) {
    this.flow = new MaskedFlow(mask, (bytes) => this.tell(bytes, null))
    this.limit = setTimeout(() => this.close('limit'), ask.limitMs)
    this.idle = setTimeout(() => this.close('idle'), ask.idleMs)
  }

  /** A terminal that cannot begin is one that has ended, with the reason. */
  static async open(
    { ctx, record, terminalId, ask }: { ctx: UnitContext; record: UnitRecord | undefined; terminalId: string; ask: Open },
    say: (said: TerminalSaid) => void,
  ): Promise<Terminal> {
    const terminal = new Terminal(terminalId, ask.unitId, ask, ctx.secrets.mask, say)
    try {
      if (!record?.content || record.state === 'removed') throw new Error('The unit has not been installed on this machine.')
      await terminal.start(ctx, record)
    } catch (error) {
      terminal.end({ reason: 'failed', exitCode: null, message: error instanceof Error ? error.message : String(error) })
    }
    return terminal
  }

  private async start(ctx: UnitContext, record: UnitRecord): Promise<void> {
    const { cwd, env, user } = await surroundingsOf({ ctx, record }, null)
    // Without the unit's own mark: what a person runs is not ended with the unit's process.
    const { TENGEN_UNIT_ID: _, ...rest } = env
    const surroundings = { cwd, env: { ...rest, [mark]: this.terminalId, [homeMark]: ctx.home.root }, user }
    const child = this.ask.argv ? spawnCommand(this.ask.argv, surroundings) : spawnShell(record.unit, surroundings)
    this.child = child
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => this.heard(bytes))
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => this.end({ reason: 'failed', exitCode: null, message: error.message }))
    child.on('close', (exitCode) => this.end({ reason: this.reason, exitCode, message: '' }))
    if (!this.ask.argv) this.resize(this.ask.cols, this.ask.rows)
  }

  type(bytes: Buffer): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.close('idle'), this.ask.idleMs)
    if (!this.ask.argv && !this.isEnded) this.child?.stdin.write(bytes)
  }

  /** The last size asked for is set as soon as there is something to set it on. */
  resize(cols: number, rows: number): void {
    clearTimeout(this.resizing)
    if (this.child?.pid === undefined || this.isEnded || resize(this.child.pid, cols, rows)) return
    this.resizing = setTimeout(() => this.resize(cols, rows), resizeAgainMs)
  }

  close(reason: End['reason']): void {
    if (this.isEnded) return
    this.reason = reason
    killMarked(mark, this.terminalId)
    this.child?.kill('SIGKILL')
  }

  /** What the hub has need not be said again; the program goes on when there is room. */
  kept(seq: number): void {
    this.waiting = this.waiting.filter((said) => said.seq > seq)
    if (this.backlog < mostWaiting / 2) for (const stream of [this.child?.stdout, this.child?.stderr]) stream?.resume()
  }

  /** After a cut link. */
  sayAgain(): void {
    for (const said of this.waiting) this.say(said)
  }

  /** Ended, and the hub knows. */
  get isOver(): boolean {
    return this.isEnded && this.waiting.length === 0
  }

  private get backlog(): number {
    return this.waiting.reduce((sum, said) => sum + said.data.length, 0)
  }

  private heard(bytes: Buffer): void {
    this.flow.hear(bytes)
    if (this.backlog + this.flow.waiting > mostWaiting) for (const stream of [this.child?.stdout, this.child?.stderr]) stream?.pause()
  }

  private end(end: End): void {
    if (this.isEnded) return
    this.flow.end()
    this.isEnded = true
    clearTimeout(this.limit)
    clearTimeout(this.idle)
    killMarked(mark, this.terminalId)
    this.tell(Buffer.alloc(0), end)
  }

  private tell(bytes: Buffer, end: End | null): void {
    this.seq += 1
    const { terminalId, seq } = this
    const said = { terminalId, seq, at: new Date().toISOString(), data: bytes.toString('base64'), end }
    this.waiting.push(said)
    this.say(said)
  }
}
