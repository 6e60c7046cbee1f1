import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { pace } from '@/lib/pace'
import { clearFault } from './clear-fault'
import { countFailovers } from './count-failovers'
import { freshnessOf } from './freshness'
import { listeningSince } from './listening-since'
import { moveMachine } from './move-machine'

const sweep = systemActor('sweep:watch-machines')

/**
 * A machine that was not heard for longer than the patience has a fault; one that is heard again has none any more. Time in
 * which no gateway could have heard it does not count.
 */
export async function watchMachines(): Promise<number> {
  const since = await listeningSince()
  if (!since) return 0
  const patience = pace('faultPatience')
  const now = clock.now()
  await endMaintenances()
  const deaf = new Date(now.getTime() - patience)
  const lost =
    since < deaf
      ? await db.machine.findMany({ where: { state: { in: ['inited', 'ready'] }, heardAt: { lt: deaf }, maintenance: false } })
      : []
  for (const machine of lost) {
    const seconds = Math.round((now.getTime() - (machine.heardAt?.getTime() ?? 0)) / 1000)
    const overdue = machine.maintenanceUntil ? ', and its maintenance is overdue' : ''
    const stateReason = `not heard for ${seconds} s${overdue}`
    await transaction((tx) => moveMachine(tx, sweep, machine, 'report_fault', { stateBefore: machine.state, stateReason }))
  }
  const back = await db.machine.findMany({
    where: {
      state: 'error_detected',
      heardAt: { gt: new Date(now.getTime() - pace('unknownAfter')) },
      stateReason: { startsWith: 'not heard' },
    },
  })
  for (const machine of back) {
    await transaction(async (tx) => {
      await tx.$queryRaw`select 1 from "Machine" where id = ${machine.id} for update`
      // It comes back without what moves away from it just now.
      if ((await countFailovers(tx, machine)) > 0) return
      await clearFault(tx, sweep, machine)
    })
  }
  return lost.length + back.length + (await tellUnknown())
}

/** Past its deadline a machine's silence counts again, and its page says so. */
async function endMaintenances(): Promise<void> {
  const over = await db.machine.findMany({ where: { maintenance: true, maintenanceUntil: { lt: clock.now() } } })
  for (const machine of over) {
    const { id, name, maintenanceUntil } = machine
    // A silent one keeps the time, so that its fault can name it.
    const data = { maintenance: false, ...(freshnessOf(machine) === 'known' ? { maintenanceUntil: null } : {}) }
    await transaction(async (tx) => {
      const { count } = await tx.machine.updateMany({ where: { id, maintenance: true, maintenanceUntil }, data })
      if (count === 0) return
      await writeEvent(tx, sweep, { name: 'machine.maintenance_overdue', subject: { kind: 'machine', id }, data: { name } })
    })
  }
}

const told = new Set<string>()
const withGrants = { select: { grants: { select: { organizationId: true } } } } as const

/** Pages show "unknown" by the clock; this tells them to look when a machine falls silent or speaks again. */
async function tellUnknown(): Promise<number> {
  const silent = await db.machine.findMany({
    where: { heardAt: { lt: new Date(clock.nowMs() - pace('unknownAfter')) }, state: { not: 'offline' } },
    select: { id: true, runtime: withGrants },
  })
  const now = new Set(silent.map((machine) => machine.id))
  const changed = silent.filter((machine) => !told.has(machine.id))
  const healed = [...told].filter((id) => !now.has(id))
  told.clear()
  for (const id of now) told.add(id)
  if (changed.length === 0 && healed.length === 0) return 0
  const spoke = await db.machine.findMany({ where: { id: { in: healed } }, select: { runtime: withGrants } })
  const organizations = [...changed, ...spoke].flatMap(({ runtime }) => runtime.grants.map((grant) => `org:${grant.organizationId}`))
  await transaction(async (tx) => tellLive(tx, ['platform', ...organizations], 'machine.freshness'))
  return changed.length
}
