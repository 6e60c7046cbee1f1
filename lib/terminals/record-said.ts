import { systemActor } from '@/lib/auth/actor'
import { publish } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Terminal } from '@/lib/db/generated/client'
import { afterCommit, transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import type { TerminalSaid } from '@/lib/protocol/terminal'
import { newsTopic, orderTerminal } from './order-terminal'
import type { TerminalEnd } from './views'

/** A recording larger than this ends its terminal. */
const mostBytes = 16 * 1024 * 1024

export interface SaidBatch {
  readonly machineId: string
  readonly said: TerminalSaid
}

/**
 * Keeps what terminals showed. A frame may come twice; one of a terminal that has ended or is not on that machine is only
 * acknowledged. Returns the number to acknowledge for each frame.
 */
export async function recordSaid(batch: readonly SaidBatch[]): Promise<number[]> {
  return transaction(async (tx) => {
    const ids = [...new Set(batch.map(({ said }) => said.terminalId))].sort()
    await tx.$queryRaw`select 1 from "Terminal" where id = any(${ids}) order by id for update`
    const terminals = new Map((await tx.terminal.findMany({ where: { id: { in: ids } } })).map((terminal) => [terminal.id, terminal]))
    const touched = new Set<Terminal>()
    for (const { machineId, said } of batch) {
      const terminal = terminals.get(said.terminalId)
      if (!terminal || terminal.machineId !== machineId || terminal.endedAt) continue
      const isLost = said.end?.reason === 'gone' && said.data === ''
      if (said.seq <= terminal.lastSeq && !isLost) continue
      await keep(tx, terminal, said)
      touched.add(terminal)
    }
    for (const terminal of touched) await save(tx, terminal)
    return batch.map(({ said }) => said.seq)
  })
}

async function keep(tx: Tx, terminal: Terminal, { seq, at, data, end }: TerminalSaid): Promise<void> {
  const bytes = Buffer.from(data, 'base64')
  if (bytes.length > 0) {
    await tx.terminalFrame.create({ data: { terminalId: terminal.id, seq, at: new Date(at), bytes } })
    terminal.sizeBytes += bytes.length
    terminal.lastSeq = seq
  }
  if (end) Object.assign(terminal, { endedAt: clock.now(), endReason: end.reason, endMessage: end.message || null, exitCode: end.exitCode })
  else if (terminal.sizeBytes > mostBytes) afterCommit(tx, () => orderTerminal(terminal, { kind: 'close' }))
}

async function save(tx: Tx, terminal: Terminal): Promise<void> {
  const { id, sizeBytes, lastSeq, endedAt, endReason, endMessage, exitCode } = terminal
  await tx.terminal.update({ where: { id }, data: { sizeBytes, lastSeq, endedAt, endReason, endMessage, exitCode } })
  if (endedAt) await tellEnd(tx, terminal)
  afterCommit(tx, () => publish(newsTopic(id), { lastSeq, ended: endedAt !== null }))
}

const tellEnd = (tx: Tx, { id, organizationId, serviceId, unitName, endReason }: Terminal) =>
  writeEvent(tx, systemActor('terminal'), {
    name: 'terminal.ended',
    organizationId,
    subject: { kind: 'service', id: serviceId },
    data: { terminalId: id, unit: unitName, reason: endReason },
  })

/** Ends it here whatever its machine says; the machine is told. */
export async function endTerminal(terminalId: string, reason: TerminalEnd): Promise<void> {
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Terminal" where id = ${terminalId} for update`
    const terminal = await tx.terminal.findUnique({ where: { id: terminalId } })
    if (!terminal || terminal.endedAt) return
    Object.assign(terminal, { endedAt: clock.now(), endReason: reason })
    await save(tx, terminal)
    afterCommit(tx, () => orderTerminal(terminal, { kind: 'close' }))
  })
}
