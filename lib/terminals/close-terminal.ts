import type { Actor } from '@/lib/auth/actor'
import { findOwn, type TerminalAddress } from './find-terminal'
import { endTerminal } from './record-said'

/** Ends one's own terminal. */
export async function closeTerminal(actor: Actor, address: TerminalAddress): Promise<void> {
  const terminal = await findOwn(actor, address)
  await endTerminal(terminal.id, 'closed')
}
