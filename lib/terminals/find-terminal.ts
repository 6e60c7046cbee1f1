import type { Actor } from '@/lib/auth/actor'
import { authorize, can } from '@/lib/auth/authorize'
import { db } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { terminalPermission } from './terminal-gate'

export interface TerminalAddress {
  readonly organization: string
  readonly id: string
}

async function find(actor: Actor, { organization, id }: TerminalAddress): Promise<Terminal> {
  const found = await db.organization.findUnique({ where: { slug: organization, archivedAt: null }, select: { id: true } })
  const terminal = found && (await db.terminal.findFirst({ where: { id, organizationId: found.id } }))
  if (!terminal) throw notFound('This terminal')
  authorize(actor, 'service.see', terminal, 'This terminal')
  return terminal
}

export const isOf = (actor: Actor, terminal: Pick<Terminal, 'userId'>): boolean => terminal.userId === actor.id

/** To read: one's own while one may still have terminals there, and everybody's with the permission for recordings. */
export async function findRecorded(actor: Actor, address: TerminalAddress): Promise<Terminal> {
  const terminal = await find(actor, address)
  if (isOf(actor, terminal) && can(actor, terminalPermission(terminal.environment), terminal)) return terminal
  authorize(actor, 'recording.see', terminal, 'This terminal')
  return terminal
}

/** To use: one's own only. */
export async function findOwn(actor: Actor, address: TerminalAddress): Promise<Terminal> {
  const terminal = await find(actor, address)
  authorize(actor, terminalPermission(terminal.environment), terminal, 'This terminal')
  if (!isOf(actor, terminal)) throw notFound('This terminal')
  return terminal
}
