import { namePeople } from '@/lib/accounts/name-people'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { groupBy } from '@/lib/group-by'
import { orderOpen, orderTerminal } from './order-terminal'
import { viewOf } from './read-terminals'
import type { TerminalView } from './views'

/** A terminal as its ticket opened it. */
export type OpenedFor = Terminal

/** Its ticket was shown: the machine is told, the first time. Saying it again does no harm. */
export async function beginTerminal(terminal: Terminal): Promise<TerminalView> {
  const now = clock.now()
  if (!terminal.openedAt) await db.terminal.updateMany({ where: { id: terminal.id, openedAt: null }, data: { openedAt: now } })
  if (terminal.lastSeq === 0) await orderOpen(terminal)
  const begun = { ...terminal, openedAt: terminal.openedAt ?? now }
  return viewOf({ id: terminal.userId }, begun, await namePeople([terminal.userId]))
}

/** Remembered, so that a replay has the size that it had at last. */
export async function resizeTerminal(terminal: OpenedFor, { cols, rows }: { cols: number; rows: number }): Promise<void> {
  await db.terminal.updateMany({ where: { id: terminal.id, endedAt: null }, data: { cols, rows } })
  await orderTerminal(terminal, { kind: 'resize', cols, rows })
}

/** Ids of terminals that machines should still have, by machine. */
export async function openTerminalsOn(tx: Tx, machineIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await tx.terminal.findMany({
    where: { machineId: { in: [...machineIds] }, endedAt: null, lastSeq: { gt: 0 } },
    select: { id: true, machineId: true },
  })
  const byMachine = groupBy(rows, (row) => row.machineId)
  return new Map([...byMachine].map(([machineId, terminals]) => [machineId, terminals.map(({ id }) => id)]))
}

export const findTerminal = (id: string): Promise<Terminal | null> => db.terminal.findUnique({ where: { id } })
