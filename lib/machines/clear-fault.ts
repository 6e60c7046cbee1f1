import type { Actor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import type { Machine } from '@/lib/db/generated/client'
import { eventOf } from './machine-gate'
import { moveMachine } from './move-machine'
import { reachAgain } from './unreachable-data'

/** A machine has its fault no more: it is what it was, its data are in reach, and what was said of its being off is void. */
export async function clearFault(tx: Tx, actor: Actor, machine: Machine): Promise<void> {
  await reachAgain(tx, machine.id)
  const nothing = { stateBefore: null, stateReason: null, saidOffAt: null, maintenanceUntil: null }
  await moveMachine(tx, actor, machine, eventOf('clear_fault', machine), nothing)
}
