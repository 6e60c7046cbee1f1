import { publish } from '@/lib/bus/bus'
import type { Terminal } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'
import type { TerminalAct } from '@/lib/protocol/terminal'

/** Said on the bus to the gateway that holds the machine's connection; that one signs it. */
export interface TerminalCommand {
  readonly machineId: string
  readonly terminalId: string
  readonly act: TerminalAct
  /** Two that are otherwise alike are still two. */
  readonly n: string
}

export const orderTopic = 'terminal-order'
/** Said when frames of a terminal were kept, or it ended. */
export const newsTopic = (terminalId: string): string => `terminal:${terminalId}`

const life = `${process.pid}-${Date.now().toString(36)}`
let count = 0

export function orderTerminal({ id, machineId }: Pick<Terminal, 'id' | 'machineId'>, act: TerminalAct): Promise<void> {
  count += 1
  return publish(orderTopic, { machineId, terminalId: id, act, n: `${life}-${count}` } satisfies TerminalCommand)
}

/** The order that begins it; a machine that has begun it already does nothing. */
export function orderOpen(terminal: Pick<Terminal, 'id' | 'machineId' | 'unitId' | 'argv' | 'cols' | 'rows'>): Promise<void> {
  const { unitId, cols, rows } = terminal
  const limits = { idleMs: pace('terminalIdle'), limitMs: pace('terminalLimit') }
  return orderTerminal(terminal, { kind: 'open', unitId, argv: terminal.argv as string[] | null, cols, rows, ...limits })
}
