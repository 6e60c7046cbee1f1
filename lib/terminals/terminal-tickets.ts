import { loadActor } from '@/lib/accounts/load-actor'
import type { Actor } from '@/lib/auth/actor'
import { can } from '@/lib/auth/authorize'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'
import { hashToken, newToken } from '@/lib/ids'
import { findOwn, type TerminalAddress } from './find-terminal'
import { ticketData } from './open-terminal'
import { terminalPermission } from './terminal-gate'

/** Another ticket for one's own terminal, after the connection was lost. */
export async function renewTicket(actor: Actor, address: TerminalAddress): Promise<{ ticket: string }> {
  const terminal = await findOwn(actor, address)
  if (terminal.endedAt || terminal.argv) throw new AppError('conflict', 'This terminal has ended.')
  const ticket = newToken()
  await db.terminal.update({ where: { id: terminal.id }, data: ticketData(ticket) })
  return { ticket }
}

/** Uses a ticket up. It is good once, for half a minute, and only in the session of the person who asked for it. */
export async function useTicket(ticket: string, sessionHash: string): Promise<Terminal | null> {
  const hash = hashToken(ticket)
  const found = await db.terminal.findFirst({ where: { ticketHash: hash, ticketExpires: { gt: clock.now() }, endedAt: null } })
  if (!found) return null
  const session = await db.session.findUnique({ where: { sessionToken: sessionHash }, select: { id: true } })
  const { count } = await db.terminal.updateMany({
    where: { id: found.id, ticketHash: hash },
    data: { ticketHash: null, ticketExpires: null, ...(session ? { sessionId: session.id } : {}) },
  })
  const terminal = { ...found, sessionId: session?.id ?? null }
  return count === 1 && session && (await mayGoOn(terminal)) ? terminal : null
}

/**
 * Asked again and again while it is open, whether or not anybody looks at it: its session lives (whatever its token is by now), the
 * person is not blocked, and still has the permission.
 */
export async function mayGoOn(terminal: Terminal): Promise<boolean> {
  if (terminal.sessionId && !(await lives(terminal.sessionId, terminal.userId))) return false
  const actor = await loadActor(terminal.userId)
  return actor !== null && can(actor, terminalPermission(terminal.environment), terminal)
}

async function lives(id: string, userId: string): Promise<boolean> {
  return (await db.session.count({ where: { id, userId, expires: { gt: clock.now() } } })) > 0
}
