import { listMembers } from '@/lib/accounts/list-members'
import { type NameOf, namePeople } from '@/lib/accounts/name-people'
import type { Actor } from '@/lib/auth/actor'
import { authorize, can, ofService } from '@/lib/auth/authorize'
import { gateOf, lacks } from '@/lib/auth/gate'
import { db } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { notFound } from '@/lib/errors'
import { iso, isoOrNull } from '@/lib/iso-time'
import { findScope } from '@/lib/organizations/find-scope'
import { pace } from '@/lib/pace'
import type { Environment } from '@/lib/views'
import { findRecorded, isOf, type TerminalAddress } from './find-terminal'
import { terminalPermission } from './terminal-gate'
import type { Recording, TerminalEnd, TerminalList, TerminalView } from './views'

const mostListed = 50
const pageFrames = 500

export interface ListTerminalsAsk {
  readonly organization: string
  readonly application: string
  readonly name: string
  readonly environment: Environment
}

/** The last terminals and commands on a service's units: everybody's for who may see recordings, else one's own. */
export async function listTerminals(actor: Actor, ask: ListTerminalsAsk): Promise<TerminalList> {
  const scope = await findScope(actor, ask)
  const service = await db.service.findFirst({ where: { applicationId: scope.application?.id ?? '', name: ask.name, removedAt: null } })
  if (!service) throw notFound('This service')
  authorize(actor, 'service.see', ofService(service), 'This service')
  const rows = await db.terminal.findMany({
    where: {
      serviceId: service.id,
      environment: ask.environment,
      ...(can(actor, 'recording.see', service) ? {} : { userId: actor.id }),
    },
    orderBy: { createdAt: 'desc' },
    take: mostListed,
  })
  const nameOf = await namePeople(rows.map((row) => row.userId))
  const refused = lacks(actor, terminalPermission(ask.environment), service)
  return {
    items: rows.map((row) => viewOf(actor, row, nameOf)),
    open: gateOf(refused, refused ? await listMembers(service.organizationId) : [], service),
  }
}

/** What a terminal showed, frame by frame, for a replay. */
export async function readRecording(actor: Actor, { after, ...address }: TerminalAddress & { after: number }): Promise<Recording> {
  const terminal = await findRecorded(actor, address)
  const frames = await framesAfter(terminal.id, after, pageFrames)
  const last = frames.at(-1)
  return {
    terminal: viewOf(actor, terminal, await namePeople([terminal.userId])),
    frames,
    next: last && frames.length === pageFrames ? last.seq : null,
  }
}

export async function framesAfter(terminalId: string, after: number, limit: number): Promise<Recording['frames']> {
  const rows = await db.terminalFrame.findMany({ where: { terminalId, seq: { gt: after } }, orderBy: { seq: 'asc' }, take: limit })
  return rows.map(({ seq, at, bytes }) => ({ seq, at: iso(at), data: Buffer.from(bytes).toString('base64') }))
}

export function viewOf(actor: Pick<Actor, 'id'>, terminal: Terminal, nameOf: NameOf): TerminalView {
  const { id, unitId, unitName, environment, createdAt, openedAt, cols, rows, sizeBytes } = terminal
  return {
    id,
    unitId,
    unitName,
    environment,
    openedBy: nameOf(terminal.userId),
    argv: terminal.argv as string[] | null,
    createdAt: iso(createdAt),
    endedAt: isoOrNull(terminal.endedAt),
    endReason: terminal.endReason as TerminalEnd | null,
    endMessage: terminal.endMessage,
    exitCode: terminal.exitCode,
    endsAt: iso(new Date((openedAt ?? createdAt).getTime() + pace('terminalLimit'))),
    sizeBytes,
    cols,
    rows,
    isMine: isOf(actor as Actor, terminal),
  }
}
