import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Ledger } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { giveUpUnits } from '@/lib/machines/give-up-units'
import { removeFromMachine } from '@/lib/machines/set-desired'
import { adoptStranger } from './adopt-stranger'
import { askDrop } from './drop-data'
import { typedFor, whyNotDecide } from './ledger-gate'
import { loadLedgerFacts } from './load-ledger-facts'
import { type LedgerAct, ledgerActs } from './views'

export const DecideLedgerSchema = z.object({
  lineId: z.string(),
  act: z.enum(ledgerActs),
  /** The name of what is lost, typed. */
  typedName: z.string().max(500).optional(),
})
type Input = z.infer<typeof DecideLedgerSchema>

const past: Readonly<Record<LedgerAct, `ledger.${string}`>> = {
  adopt: 'ledger.adopted',
  remove: 'ledger.removal_asked',
  remove_with_data: 'ledger.removal_asked',
  delete_data: 'ledger.deletion_asked',
  forget: 'ledger.forgotten',
}

/** What nothing brings back. */
const deletes: readonly LedgerAct[] = ['remove_with_data', 'delete_data']

/** An operator decides about something that was or may have been left behind. */
export async function decideLedger(actor: Actor, { lineId, act, typedName }: Input): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This line of the ledger')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Ledger" where id = ${lineId} for update`
    const line = await tx.ledger.findUnique({ where: { id: lineId } })
    if (!line) throw notFound('This line of the ledger')
    const [facts] = await loadLedgerFacts(tx, [line])
    refuse(facts && whyNotDecide(actor, act, facts))
    const typed = typedFor(act, line)
    if (typed !== null && typedName !== typed)
      throw new AppError('invalid', `Type ${typed} to confirm.`, { fields: { typedName: 'does not match' } })
    if (deletes.includes(act)) insistFresh(actor, 'data.delete')
    await (act === 'delete_data' ? askDrop(tx, line, personId(actor)) : carryOut(tx, line, act))
    const isClosed = act === 'adopt' || act === 'forget' || line.kind === 'missing'
    if (isClosed) await close(tx, actor, line, act)
    await writeEvent(tx, actor, {
      name: past[act],
      organizationId: line.organizationId,
      subject: { kind: 'machine', id: line.machineId ?? '' },
      data: {
        what: line.what,
        kind: line.kind,
        unit: line.unitName,
        withData: act === 'remove_with_data',
        from: line.askedAt ? 'asked' : 'open',
        to: isClosed ? closedAs[act] : 'asked',
      },
    })
  })
}

const closedAs: Readonly<Record<LedgerAct, string>> = {
  adopt: 'adopted',
  remove: 'removed',
  remove_with_data: 'removed',
  delete_data: 'deleted',
  forget: 'forgotten',
}

const personId = (actor: Actor): string | null => (actor.kind === 'person' ? actor.id : null)

const close = (tx: Tx, actor: Actor, { id }: Ledger, act: LedgerAct) =>
  tx.ledger.update({
    where: { id },
    data: { closedAt: clock.now(), closedAs: closedAs[act], closedBy: personId(actor) },
  })

async function carryOut(tx: Tx, line: Ledger, act: LedgerAct): Promise<void> {
  if (act === 'adopt' && line.kind === 'unit') {
    await adoptStranger(tx, line)
  } else if (act === 'adopt') {
    // What runs there is taken as it is; the next deploy may change it again.
    await tx.unit.updateMany({ where: { id: line.unitId ?? '', removedAt: null }, data: { held: false, heldRecordId: null } })
  } else if (act === 'forget') {
    if (line.kind === 'reservation')
      await tx.machinePort.deleteMany({ where: { machineId: line.machineId ?? '', recordId: line.recordId } })
  } else if (line.kind === 'missing') {
    const machine = await tx.machine.findUniqueOrThrow({ where: { id: line.machineId ?? '' } })
    await giveUpUnits(tx, machine, { code: 'because_not_there' }, [line.unitId ?? ''])
  } else {
    await removeLeft(tx, line, act === 'remove')
  }
}

/** The machine takes it down whenever it hears of it; its own word then closes the line. */
async function removeLeft(tx: Tx, line: Ledger, keepData: boolean): Promise<void> {
  const [unitId, machineId, generation] = [line.unitId ?? '', line.machineId ?? '', Math.max(1, line.generation ?? 1)]
  await tx.desiredUnit.upsert({
    where: { machineId_unitId: { machineId, unitId } },
    create: { machineId, unitId, generation, unitName: line.unitName ?? unitId, wanted: 'absent', keepData, revision: 0 },
    update: { keepData },
  })
  await removeFromMachine(tx, unitId, machineId)
}
