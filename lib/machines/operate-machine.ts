import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { tellPeers } from '@/lib/relations/tell-peers'
import { moveUnit } from '@/lib/services/move-unit'
import { countFailovers } from './count-failovers'
import { eventOf, whyNotMove } from './machine-gate'
import { moveMachine } from './move-machine'
import { removeFromMachine } from './set-desired'
import { type MachineAct, machineActs } from './views'

export const OperateMachineSchema = z.object({
  machineId: z.string(),
  act: z.enum(machineActs),
  /** Its name, typed, where something is lost. */
  typedName: z.string().max(200).optional(),
})

const typed: readonly MachineAct[] = ['abandon_units', 'remove']

/** An operator moves a machine through its lifecycle by hand. */
export async function operateMachine(actor: Actor, { machineId, act, typedName }: z.infer<typeof OperateMachineSchema>): Promise<void> {
  authorize(actor, 'machine.manage', {}, 'This machine')
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machineId} for update`
    const machine = await tx.machine.findUnique({ where: { id: machineId } })
    if (!machine || machine.removedAt) throw notFound('This machine')
    const units = await tx.allocation.count({ where: { machineId, to: null } })
    const failovers = await countFailovers(tx, machine)
    refuse(whyNotMove(actor, act, { machine, units, failovers }))
    if (typed.includes(act) && typedName !== machine.name) {
      throw new AppError('invalid', 'Type the machine’s name to confirm.', { fields: { typedName: 'does not match' } })
    }
    if (act === 'abandon_units') await abandonUnits(tx, machine)
    await moveMachine(tx, actor, machine, eventOf(act, machine), dataOf(act, machine))
  })
}

const dataOf = (act: MachineAct, machine: Machine) => {
  if (act === 'remove') return removedData(machine)
  if (act === 'report_fault') return { stateBefore: machine.state, stateReason: 'an operator said that it is off' }
  return act === 'clear_fault' ? { stateBefore: null, stateReason: null } : { stateReason: null }
}

/** Its row stays for the history; without its key and its name it can neither connect nor be in anybody's way. */
const removedData = (machine: Machine) => ({
  name: `${machine.name} (removed ${clock.now().toISOString()})`,
  signKey: `removed:${machine.id}`,
  ticketHash: null,
  removedAt: clock.now(),
})

/** Each unit goes into the ledger: it may run on there, and nobody here counts on it. Should the machine return, it takes them down. */
async function abandonUnits(tx: Tx, machine: Machine): Promise<void> {
  const allocations = await tx.allocation.findMany({
    where: { machineId: machine.id, to: null },
    include: { unit: { include: { stage: { include: { service: true } } } } },
  })
  for (const { id, generation, unit } of allocations) {
    const { service } = unit.stage
    const unitName = `${service.name}/${unit.ordinal}`
    await tx.ledger.create({
      data: {
        organizationId: service.organizationId,
        kind: 'unit',
        machineId: machine.id,
        unitId: unit.id,
        unitName,
        generation,
        what: `${unitName} was given up on ${machine.name}`,
        why: 'an operator abandoned the machine’s units',
      },
    })
    await tx.allocation.update({ where: { id }, data: { to: clock.now() } })
    await tx.machinePort.deleteMany({ where: { allocationId: id } })
    await removeFromMachine(tx, unit.id, machine.id)
    await moveUnit(tx, unit, 'removed', { transition: null, held: false, heldRecordId: null })
    await tx.stage.update({ where: { id: unit.stageId }, data: { inputsRevision: { increment: 1 } } })
  }
  await tellPeers(tx, [...new Set(allocations.map(({ unit }) => unit.stageId))])
}
