import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { eventOf, whyNotMove } from './machine-gate'
import { moveMachine } from './move-machine'
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
    if (!machine) throw notFound('This machine')
    const units = await tx.allocation.count({ where: { machineId, to: null } })
    refuse(whyNotMove(actor, act, { machine, units }))
    if (typed.includes(act) && typedName !== machine.name) {
      throw new AppError('invalid', 'Type the machine’s name to confirm.', { fields: { typedName: 'does not match' } })
    }
    if (act === 'abandon_units') await abandonUnits(tx, machine)
    const event = eventOf(act, machine)
    if (event) await moveMachine(tx, actor, machine, event, dataOf(act, machine))
    else await remove(tx, actor, machine)
  })
}

const dataOf = (act: MachineAct, machine: Machine) => {
  if (act === 'report_fault') return { stateBefore: machine.state, stateReason: 'an operator said that it is off' }
  return act === 'clear_fault' ? { stateBefore: null, stateReason: null } : { stateReason: null }
}

/** Each unit goes into the ledger: it may run on there, and nobody here counts on it any more. */
async function abandonUnits(tx: Tx, machine: Machine): Promise<void> {
  const allocations = await tx.allocation.findMany({
    where: { machineId: machine.id, to: null },
    include: { unit: { include: { stage: { include: { service: true } } } } },
  })
  for (const { id, generation, unit } of allocations) {
    const { service } = unit.stage
    await tx.ledger.create({
      data: {
        organizationId: service.organizationId,
        kind: 'unit',
        machineId: machine.id,
        unitId: unit.id,
        unitName: `${service.name}/${unit.ordinal}`,
        generation,
        what: `${service.name}/${unit.ordinal} was given up on ${machine.name}`,
        why: 'an operator abandoned the machine’s units',
      },
    })
    await tx.allocation.update({ where: { id }, data: { to: clock.now() } })
    await tx.unit.update({ where: { id: unit.id }, data: { state: 'removed', removedAt: clock.now(), stateSince: clock.now() } })
    await tx.stage.update({ where: { id: unit.stageId }, data: { inputsRevision: { increment: 1 } } })
  }
  await tx.machinePort.deleteMany({ where: { machineId: machine.id } })
}

/** Its row stays for the history; without a key and a state it can neither connect nor take units. */
async function remove(tx: Tx, actor: Actor, machine: Machine): Promise<void> {
  await writeEvent(tx, actor, { name: 'machine.remove', subject: { kind: 'machine', id: machine.id }, data: { name: machine.name } })
  const name = `${machine.name} (removed ${clock.now().toISOString()})`
  await tx.machine.update({
    where: { id: machine.id },
    data: { name, signKey: `removed:${machine.id}`, state: 'offline', ticketHash: null, removedAt: clock.now() },
  })
}
