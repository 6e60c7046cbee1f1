import { systemActor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { tellLive, writeEvent } from '@/lib/events/write-event'
import { logger } from '@/lib/logger'
import { pace } from '@/lib/pace'
import { clearFault } from './clear-fault'
import { countFailovers } from './count-failovers'
import { freshnessOf } from './freshness'
import { listeningSince } from './listening-since'
import { moveMachine } from './move-machine'
import { readSigns } from './read-signs'
import { type Judged, judge, saveSignals } from './save-signals'
import { isFault } from './signals'
import { faultPrefix } from './signals-of'

const sweep = systemActor('sweep:watch-machines')
const log = logger('sweep.watch-machines')

/**
 * Looks for signs of trouble (the table in signals.ts) and moves machines by them: a sign that is a fault takes the machine out of
 * use, and once all of those have been over for long enough it is what it was. Time in which no gateway could have heard a machine
 * does not count.
 */
export async function watchMachines(): Promise<number> {
  const since = await listeningSince()
  if (!since) return 0
  await endMaintenances()
  const judged = (await readSigns(since)).map(judge)
  if (judged.length > 0) await transaction((tx) => saveSignals(tx, judged))
  const lost = judged.filter(hasFault)
  const back = judged.filter(isWell)
  for (const one of lost) await attempt(one, reportFault)
  for (const one of back) await attempt(one, comeBack)
  return lost.length + back.length + (await tellUnknown())
}

/** One that cannot be moved now does not keep the others from it. */
const attempt = (one: Judged, act: (one: Judged) => Promise<void>): Promise<void> =>
  act(one).catch((error: unknown) => log.warn({ err: error, machine: one.machine.name }, 'a machine could not be moved'))

/** The one that lasts and was seen first. */
const faultOf = ({ signals }: Judged) =>
  signals.filter((row) => isFault(row) && row.easedAt === null).sort((a, b) => +a.seenAt - +b.seenAt)[0]

const hasFault = (one: Judged): boolean =>
  ['inited', 'ready'].includes(one.machine.state) && !one.machine.maintenance && faultOf(one) !== undefined

async function reportFault(one: Judged): Promise<void> {
  const { machine, reading } = one
  const fault = faultOf(one)?.signal ?? ''
  const isOverdue = fault === 'not_heard' && machine.maintenanceUntil !== null
  const stateReason = `${faultPrefix}${fault}${isOverdue ? '_overdue' : ''}`
  const stateReasonValues = { seconds: Math.round((reading.nowMs - reading.heardMs) / 1000) }
  await transaction((tx) => moveMachine(tx, sweep, machine, 'report_fault', { stateBefore: machine.state, stateReason, stateReasonValues }))
}

/** No fault of the table is left; what an operator reported an operator clears. */
const isWell = ({ machine, signals }: Judged): boolean =>
  machine.state === 'error_detected' && (machine.stateReason?.startsWith(faultPrefix) ?? false) && !signals.some(isFault)

async function comeBack({ machine }: Judged): Promise<void> {
  await transaction(async (tx) => {
    await tx.$queryRaw`select 1 from "Machine" where id = ${machine.id} for update`
    // It comes back without what moves away from it just now.
    if ((await countFailovers(tx, machine)) > 0) return
    await clearFault(tx, sweep, machine)
  })
}

/** Past its deadline a machine's silence counts again, and its page says so. */
async function endMaintenances(): Promise<void> {
  // Back in time: a fault of later has nothing to do with it.
  const isHeard = { gte: new Date(clock.nowMs() - pace('unknownAfter')) }
  await db.machine.updateMany({
    where: { maintenance: false, maintenanceUntil: { not: null }, state: { in: ['inited', 'ready'] }, heardAt: isHeard },
    data: { maintenanceUntil: null },
  })
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
