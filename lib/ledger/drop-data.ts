import { systemActor } from '@/lib/auth/actor'
import { publish } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db, type Tx } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import { afterCommit, transaction } from '@/lib/db/transaction'
import { writeEvent } from '@/lib/events/write-event'
import type { DropOrder, DropSaid } from '@/lib/protocol/drop'

const agent = systemActor('agent')

/** Said on the bus to the gateway that holds the machine's connection; that one signs what stands in the row. */
export interface DropCommand {
  readonly machineId: string
  readonly lineId: string
}

export const dropOrderTopic = 'drop-order'

/** Its machine is told to delete these data. Told once: where no word comes back, a person may tell it again. */
export async function askDrop(tx: Tx, { id: lineId, machineId }: Ledger, by: string | null): Promise<void> {
  await tx.ledger.update({ where: { id: lineId }, data: { askedAt: clock.now(), askedBy: by, refusedAs: null } })
  afterCommit(tx, () => publish(dropOrderTopic, { machineId: machineId ?? '', lineId } satisfies DropCommand))
}

export type DropSubject = Pick<DropOrder, 'lineId' | 'unitId' | 'generation' | 'path'>

/** What the order is about; undefined = it has been decided otherwise. */
export async function findDrop({ machineId, lineId }: DropCommand): Promise<DropSubject | undefined> {
  const line = await db.ledger.findFirst({ where: { id: lineId, machineId, kind: 'data', closedAt: null, askedAt: { not: null } } })
  return line ? { lineId, unitId: line.unitId ?? '', generation: Math.max(1, line.generation ?? 1), path: line.what } : undefined
}

/** The machine's own word: only it closes the line. */
export async function recordDropSaid(machineId: string, { lineId, code, message }: DropSaid): Promise<void> {
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Ledger" where id = ${lineId} for update`
    const line = await tx.ledger.findFirst({ where: { id: lineId, machineId, kind: 'data', closedAt: null, askedAt: { not: null } } })
    if (!line) return
    const closed = { closedAt: clock.now(), closedAs: 'deleted', closedBy: line.askedBy }
    await tx.ledger.update({ where: { id: lineId }, data: code === null ? closed : { refusedAs: code } })
    await writeEvent(tx, agent, {
      name: code === null ? 'ledger.data_deleted' : 'ledger.data_kept',
      organizationId: line.organizationId,
      subject: { kind: 'machine', id: machineId },
      data: {
        what: line.what,
        unit: line.unitName,
        from: 'asked',
        to: code === null ? 'deleted' : 'open',
        ...(code === null ? {} : { code, message }),
      },
    })
  })
}
