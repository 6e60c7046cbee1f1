import { isTerminalOrderSigned, type TerminalOrder, type TerminalSaid } from '@/lib/protocol/terminal'
import { type Line, Orders } from './orders'
import { killMarked } from './procfs'
import { homeMark, type Open, Terminal } from './terminal'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'

/** The terminals of people on this machine. They live as long as this agent: over cut links, not over its end. */
export class Terminals {
  private readonly open = new Map<string, Terminal>()
  /** A screen tells its size as soon as it is there, which may be before its shell is. */
  private readonly opening = new Map<string, Promise<void>>()
  private readonly orders = new Orders('terminal', isTerminalOrderSigned)

  constructor(
    private readonly ctx: UnitContext,
    private readonly recordOf: (unitId: string) => UnitRecord | undefined,
  ) {}

  connected(line: Line): void {
    this.orders.connected(line)
    for (const terminal of this.open.values()) terminal.sayAgain()
  }

  disconnected(): void {
    this.orders.disconnected()
  }

  async take(order: TerminalOrder, raw: Record<string, unknown>): Promise<void> {
    if (this.orders.takes(order, raw)) await this.perform(order)
  }

  private async perform({ terminalId, act }: TerminalOrder): Promise<void> {
    if (act.kind === 'open') return this.begin(terminalId, act)
    await this.opening.get(terminalId)
    const terminal = this.open.get(terminalId)
    if (!terminal) this.sayGone(terminalId)
    else if (act.kind === 'type') terminal.type(Buffer.from(act.data, 'base64'))
    else if (act.kind === 'resize') terminal.resize(act.cols, act.rows)
    else if (act.kind === 'close') terminal.close('closed')
  }

  private async begin(terminalId: string, ask: Open): Promise<void> {
    if (this.open.has(terminalId) || this.opening.has(terminalId)) return
    const ordered = { ctx: this.ctx, record: this.recordOf(ask.unitId), terminalId, ask }
    const begun = Terminal.open(ordered, (said) => this.say(said)).then((terminal) => void this.open.set(terminalId, terminal))
    this.opening.set(terminalId, begun)
    await begun.finally(() => this.opening.delete(terminalId))
  }

  kept(terminalId: string, seq: number): void {
    const terminal = this.open.get(terminalId)
    terminal?.kept(seq)
    if (terminal?.isOver) this.open.delete(terminalId)
  }

  /** A removed unit's folder is gone. */
  tick(): void {
    for (const terminal of this.open.values()) if (this.recordOf(terminal.unitId)?.state === 'removed') terminal.close('gone')
  }

  close(): void {
    for (const terminal of this.open.values()) terminal.close('gone')
  }

  private say(said: TerminalSaid): void {
    this.orders.line?.wire.send({ type: 'terminal-said', ...said })
  }

  private sayGone(terminalId: string): void {
    const end = { reason: 'gone' as const, exitCode: null, message: 'The agent was restarted.' }
    this.say({ terminalId, seq: 2 ** 31 - 1, at: new Date().toISOString(), data: '', end })
  }
}

/** Those of an agent that was killed: nobody can reach them any more. */
export function endOldTerminals(root: string): void {
  killMarked(homeMark, root)
}
