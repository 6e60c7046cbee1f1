import { isTerminalOrderSigned, type TerminalOrder, type TerminalSaid } from '@/lib/protocol/terminal'
import type { Wire } from './connection'
import { killMarked } from './procfs'
import { homeMark, Terminal } from './terminal'
import { say, type UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'

/** The connection that orders come by. */
export type Line = { wire: Wire; hubKey: string; machineId: string | null; nonce: string }

/** The terminals of people on this machine. They live as long as this agent: over cut links, not over its end. */
export class Terminals {
  private readonly open = new Map<string, Terminal>()
  private line: Line | undefined
  private lastOrder = 0

  constructor(
    private readonly ctx: UnitContext,
    private readonly recordOf: (unitId: string) => UnitRecord | undefined,
  ) {}

  connected(line: Line): void {
    this.line = line
    this.lastOrder = 0
    for (const terminal of this.open.values()) terminal.sayAgain()
  }

  disconnected(): void {
    this.line = undefined
  }

  /** Orders are taken only from our hub, for this connection, each once and in their order. */
  async take(order: TerminalOrder, raw: Record<string, unknown>): Promise<void> {
    const { line } = this
    if (!line || !isTerminalOrderSigned(line.hubKey, raw)) return say('a terminal order was refused: it is not signed by the hub')
    const isOurs = order.machineId === line.machineId && order.session === line.nonce && order.seq > this.lastOrder
    if (!isOurs) return say('a terminal order was refused: it is not for this connection')
    this.lastOrder = order.seq
    await this.perform(order)
  }

  private async perform({ terminalId, act }: TerminalOrder): Promise<void> {
    const terminal = this.open.get(terminalId)
    if (act.kind === 'open') {
      if (terminal) return
      const record = this.recordOf(act.unitId)
      this.open.set(terminalId, await Terminal.open({ ctx: this.ctx, record, terminalId, ask: act }, (said) => this.say(said)))
    } else if (!terminal) this.sayGone(terminalId)
    else if (act.kind === 'type') terminal.type(Buffer.from(act.data, 'base64'))
    else if (act.kind === 'resize') terminal.resize(act.cols, act.rows)
    else if (act.kind === 'close') terminal.close('closed')
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
    this.line?.wire.send({ type: 'terminal-said', ...said })
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
