import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import { insistFresh } from '@/lib/auth/fresh'
import { refuse } from '@/lib/auth/gate'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { beginInit, inited } from '@/lib/init/begin-init'
import { clearFault } from './clear-fault'
import { countFailovers } from './count-failovers'
import { giveUpUnits } from './give-up-units'
import { eventOf, whyNotMove } from './machine-gate'
import { moveMachine } from './move-machine'
import { type MachineAct, machineActs } from './views'

export const OperateMachineSchema = z.object({
  machineId: z.string(),
  act: z.enum(machineActs),
  /** Its name, typed, where something is lost. */
  typedName: z.string().max(200).optional(),
})

const begins: readonly MachineAct[] = ['repaired', 'return']
const typed: readonly MachineAct[] = ['abandon_units', 'remove']
/** An operator says that it is well: what was seen of it before counts no more. */
const vouches: readonly MachineAct[] = ['clear_fault', 'bring_online']

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
    if (typed.includes(act)) insistFresh(actor, 'machine.remove')
    if (vouches.includes(act)) await forgetSignals(tx, machineId)
    if (act === 'clear_fault') return clearFault(tx, actor, machine)
    if (act === 'abandon_units') await giveUpUnits(tx, machine, { code: 'because_abandoned' })
    if (act === 'init') return (await beginInit(tx, actor, machine)) ? undefined : inited(tx, actor, machine)
    await moveMachine(tx, actor, machine, eventOf(act, machine), dataOf(act, machine))
    // It starts over, and is looked at anew.
    if (begins.includes(act)) await beginInit(tx, actor, await tx.machine.findUniqueOrThrow({ where: { id: machineId } }))
  })
}

async function forgetSignals(tx: Tx, machineId: string): Promise<void> {
  await tx.machineSignal.deleteMany({ where: { machineId } })
  await tx.machine.update({ where: { id: machineId }, data: { cameBackAt: [] } })
}

const dataOf = (act: MachineAct, machine: Machine) => {
  if (act === 'remove') return removedData(machine)
  if (act === 'report_fault') return { stateBefore: machine.state, stateReason: 'reported_by_operator' }
  if (act === 'retire') return { stateReason: null, drainSince: null, maintenance: false, maintenanceUntil: null }
  return { stateReason: null, ...(act === 'repaired' ? { stateBefore: null, saidOffAt: null } : {}) }
}

/** Its row stays for the history; without its key and its name it can neither connect nor be in anybody's way. */
const removedData = (machine: Machine) => ({
  name: `${machine.name} (removed ${clock.now().toISOString()})`,
  signKey: `removed:${machine.id}`,
  ticketHash: null,
  initRunId: null,
  removedAt: clock.now(),
})
