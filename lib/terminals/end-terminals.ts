import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { logsKeptDays, pace } from '@/lib/pace'
import { endTerminal } from './record-said'
import { mayGoOn } from './terminal-tickets'
import type { TerminalEnd } from './views'

const mostAtOnce = 200

/** Those whose machine will not say it: never begun, never answered, past every limit, or of somebody who may no longer. Old recordings go. */
export async function endTerminals(): Promise<void> {
  const open = await db.terminal.findMany({ where: { endedAt: null }, orderBy: { createdAt: 'asc' }, take: mostAtOnce })
  for (const terminal of open) {
    const reason = overdue(terminal) ?? ((await mayGoOn(terminal)) ? undefined : 'revoked')
    if (reason) await endTerminal(terminal.id, reason)
  }
  await db.terminal.deleteMany({ where: { endedAt: { lt: new Date(clock.nowMs() - logsKeptDays * 86_400_000) } } })
}

function overdue({ createdAt, openedAt, lastSeq }: Terminal): TerminalEnd | undefined {
  const ageMs = clock.nowMs() - createdAt.getTime()
  if (ageMs > pace('terminalLimit') + pace('unknownAfter')) return 'limit'
  if (!openedAt) return ageMs > 2 * pace('terminalTicket') ? 'unused' : undefined
  return lastSeq === 0 && clock.nowMs() - openedAt.getTime() > pace('terminalIdle') ? 'unreachable' : undefined
}
