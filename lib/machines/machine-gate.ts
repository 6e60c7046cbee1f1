import type { Actor } from '@/lib/auth/actor'
import { lacks, type No, no } from '@/lib/auth/gate'
import type { Machine } from '@/lib/db/generated/client'
import { freshnessOf } from './freshness'
import { type MachineEvent, machineLifecycle } from './machine-lifecycle'
import type { MachineAct, MachineCare } from './views'

/** What an operator may do with a machine, and the event of its lifecycle. */
export const machineActEvents: Readonly<Record<MachineAct, MachineEvent | 'clear_fault'>> = {
  init: 'init',
  bring_online: 'bring_online',
  stand_by: 'stand_by',
  report_fault: 'report_fault',
  clear_fault: 'clear_fault',
  units_moved: 'units_moved',
  abandon_units: 'abandon_units',
  repaired: 'repaired',
  retire: 'retire',
  return: 'return',
  remove: 'remove',
}

interface Facts {
  readonly machine: Pick<Machine, 'state' | 'stateBefore'>
  readonly units: number
  /** Running failovers of units that were on it. */
  readonly failovers: number
}

/** The event that an act means for this machine now; clearing a fault goes back to what it was. */
export function eventOf(act: MachineAct, { stateBefore }: Facts['machine']): MachineEvent {
  const event = machineActEvents[act]
  if (event !== 'clear_fault') return event
  return stateBefore === 'inited' ? 'clear_fault_inited' : 'clear_fault_ready'
}

/** Why an act is off; undefined = it may be done. */
export function whyNotMove(actor: Actor, act: MachineAct, { machine, units, failovers }: Facts): No | undefined {
  const refused = lacks(actor, 'machine.manage', {})
  if (refused) return refused
  if (!machineLifecycle.can(machine.state, eventOf(act, machine))) {
    return no('wrong_state', `Not while the machine is ${machine.state.replaceAll('_', ' ')}.`)
  }
  if (act === 'clear_fault' && failovers > 0) return no('failover_runs', 'Its units are being moved; wait until that has ended.')
  const mustBeEmpty = act === 'retire' || act === 'remove' || act === 'units_moved'
  if (mustBeEmpty && units > 0) {
    return { ...no('has_units', `It still has ${units} unit${units === 1 ? '' : 's'}.`), values: { count: units } }
  }
  if (act === 'abandon_units' && units === 0) return no('no_units', 'It has no units to give up.')
  return undefined
}

/** One policy is looked at again only while the machine is new: later nothing would come of it. */
export function whyNotLook(actor: Actor, machine: Pick<Machine, 'state'>): No | undefined {
  const refused = lacks(actor, 'machine.manage', {})
  if (refused) return refused
  return machine.state === 'new' ? undefined : no('wrong_state', `Not while the machine is ${machine.state.replaceAll('_', ' ')}.`)
}

type Tended = Pick<Machine, 'state' | 'heardAt' | 'maintenance' | 'drainSince' | 'saidOffAt'>

const inUse = ['inited', 'ready']

/** Why a machine is not tended so now; `wrong_state` = there is nothing to offer. */
export function whyNotTend(actor: Actor, care: MachineCare, machine: Tended): No | undefined {
  const refused = lacks(actor, 'machine.manage', {})
  if (refused) return refused
  const off = no('wrong_state', `Not while the machine is ${machine.state.replaceAll('_', ' ')}.`)
  if (care === 'end_drain') return machine.drainSince ? undefined : off
  if (care === 'end_maintenance') return machine.maintenance ? undefined : off
  if (care === 'declare_off') {
    if (machine.state !== 'error_detected' || machine.saidOffAt) return off
    return freshnessOf(machine) === 'known' ? no('still_heard', 'It is heard, so it is not off.') : undefined
  }
  if (!inUse.includes(machine.state)) return off
  return (care === 'drain' ? machine.drainSince : machine.maintenance) ? off : undefined
}
