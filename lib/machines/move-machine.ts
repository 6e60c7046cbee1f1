import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Machine, Prisma } from '@/lib/db/generated/client'
import { AppError } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { type MachineEvent, machineLifecycle } from './machine-lifecycle'
import { wakePlannedOn } from './wake-planned-on'

/** The only writer of a machine's `state`. */
export async function moveMachine(
  tx: Tx,
  actor: Actor,
  machine: Machine,
  event: MachineEvent,
  data: Omit<Prisma.MachineUncheckedUpdateManyInput, 'state' | 'id'> = {},
): Promise<void> {
  const state = machineLifecycle.next(machine.state, event)
  const { count } = await tx.machine.updateMany({
    where: { id: machine.id, state: machine.state },
    data: { ...data, state, stateSince: clock.now() },
  })
  if (count === 0) throw new AppError('stale', `${machine.name} changed before it could ${event.replaceAll('_', ' ')}.`)
  if (state !== 'ready') await wakePlannedOn(tx, machine.id)
  await writeEvent(tx, actor, {
    name: `machine.${event}`,
    subject: { kind: 'machine', id: machine.id },
    data: { name: machine.name, from: machine.state, to: state, ...(data.stateReason ? { reason: data.stateReason } : {}) },
  })
}
