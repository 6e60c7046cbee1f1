import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import { type Machine, Prisma } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { moveMachine } from '@/lib/machines/move-machine'
import { raiseRevisions, stampRevisions } from '@/lib/machines/set-desired'
import { policiesOf } from './policies-of'

/** True when the pool asks something of the machine: then its agent is told to look, and what it finds moves the machine on. */
export async function beginInit(tx: Tx, actor: Actor, machine: Machine): Promise<boolean> {
  const policies = policiesOf(await tx.runtime.findUniqueOrThrow({ where: { id: machine.runtimeId } }))
  await tx.initResult.deleteMany({ where: { machineId: machine.id } })
  if (policies.length === 0) return false
  await tx.initResult.createMany({
    data: policies.map(({ id, check }, order) => ({ machineId: machine.id, policyId: id, order, check: json(check), at: clock.now() })),
  })
  await order(tx, actor, machine)
  return true
}

/** One is looked at again, and all that has not passed after it; what has passed stays so. */
export async function beginAgain(tx: Tx, actor: Actor, machine: Machine, policyId: string): Promise<void> {
  await tx.initResult.updateMany({
    where: { machineId: machine.id, OR: [{ policyId }, { state: { not: 'passed' } }] },
    data: { state: 'waiting', message: '', said: Prisma.DbNull, log: '', at: clock.now() },
  })
  await order(tx, actor, machine)
}

async function order(tx: Tx, actor: Actor, { id, name }: Machine): Promise<void> {
  await tx.machine.update({ where: { id }, data: { initRunId: newId(), stateReason: null } })
  await raiseRevisions(tx, [id])
  await stampRevisions(tx, [id])
  await writeEvent(tx, actor, { name: 'machine.init_begun', subject: { kind: 'machine', id }, data: { name } })
}

/** What every way to `inited` does; its token may have said that it shall then take units at once. */
export async function inited(tx: Tx, actor: Actor, machine: Machine): Promise<void> {
  await moveMachine(tx, actor, machine, 'init', { initRunId: null, stateReason: null, onlineOnceInited: false })
  if (!machine.onlineOnceInited) return
  await moveMachine(tx, actor, await tx.machine.findUniqueOrThrow({ where: { id: machine.id } }), 'bring_online')
}
