import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { ledgerWords } from '@/lib/ledger/words'

/** At a record's end the unused reservations are released; after a give-up they stand in the ledger until the agent's next inventory. */
export async function settleReservations(tx: Tx, record: DeployRecord): Promise<void> {
  const held = await tx.reservation.findMany({ where: { recordId: record.id, endedAt: null } })
  if (held.length === 0) return
  const endedAt = clock.now()
  if (record.outcomeUnknown) {
    for (const reservation of held) await intoLedger(tx, record, reservation)
  } else {
    await tx.machinePort.deleteMany({ where: { recordId: record.id } })
  }
  await tx.reservation.updateMany({
    where: { recordId: record.id, endedAt: null },
    data: { endedAt, endedBy: record.outcomeUnknown ? 'ledger' : 'released' },
  })
}

async function intoLedger(tx: Tx, record: DeployRecord, reservation: { machineId: string; unitId: string; ports: unknown }): Promise<void> {
  await tx.ledger.create({
    data: {
      organizationId: record.organizationId,
      kind: 'reservation',
      machineId: reservation.machineId,
      unitId: reservation.unitId,
      ...ledgerWords(
        { code: 'left_ports', values: { ports: Object.values(reservation.ports as Record<string, number>).join(', ') || '–' } },
        { code: 'because_no_answer', values: { number: record.number } },
      ),
      recordId: record.id,
    },
  })
}
