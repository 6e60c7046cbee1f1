import { systemActor } from '@/lib/auth/actor'
import type { Tx } from '@/lib/db/client'
import { type EventInput, tellLive, writeEvents } from '@/lib/events/write-event'
import type { Signed } from './read-signs'
import { watchedStates } from './read-signs'
import { type SignalName, signalNames } from './signal-views'
import { hasComeBack, nextSignal, recentReturns, type SignalRow, signals } from './signals'
import { reachAgain } from './unreachable-data'

const sweep = systemActor('sweep:watch-machines')

/** A machine, what its signals were, and what they come to be. */
export interface Judged extends Signed {
  readonly signals: readonly SignalRow[]
  /** It was silent until now. */
  readonly isBack: boolean
}

/** Pure. A machine that is new or out of service is not watched, and keeps no signal. */
export function judge(signed: Signed): Judged {
  const { machine, reading } = signed
  if (!watchedStates.some((state) => state === machine.state)) return { ...signed, signals: [], isBack: false }
  const before = (signal: SignalName) => machine.signals.find((row) => row.signal === signal)
  const isBack = hasComeBack(before('not_heard'), reading)
  // That it came back just now counts at once.
  const known = { ...reading, cameBackMs: [...reading.cameBackMs, ...(isBack ? [reading.nowMs] : [])] }
  const found = signalNames.flatMap((signal) => nextSignal(signal, before(signal), known) ?? [])
  return { machine, reading: known, signals: found, isBack }
}

/** Writes what has changed, of all machines at once. */
export async function saveSignals(tx: Tx, judged: readonly Judged[]): Promise<void> {
  const written = judged.flatMap(changedRows)
  const gone = judged.flatMap(goneRows)
  await tx.$executeRaw`
    insert into "MachineSignal" ("machineId", signal, "seenAt", "raisedAt", "easedAt")
    select n."machineId", n.signal, n."seenAt", n."raisedAt", n."easedAt"
    from jsonb_to_recordset(${JSON.stringify(written)}::jsonb)
      as n("machineId" text, signal text, "seenAt" timestamp, "raisedAt" timestamp, "easedAt" timestamp)
    on conflict ("machineId", signal) do update set "seenAt" = excluded."seenAt", "raisedAt" = excluded."raisedAt", "easedAt" = excluded."easedAt"`
  await tx.$executeRaw`
    delete from "MachineSignal" s using jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) as n("machineId" text, signal text)
    where s."machineId" = n."machineId" and s.signal = n.signal`
  await saveReturns(tx, judged)
  for (const { machine, isBack } of judged) if (isBack && machine.state === 'error_detected') await reachAgain(tx, machine.id)
  await writeEvents(tx, sweep, judged.flatMap(eventsOf))
  if ([...written, ...gone].some(({ raisedAt }) => raisedAt !== null)) tellLive(tx, ['platform'], 'machine.signals')
}

const times = ['seenAt', 'raisedAt', 'easedAt'] as const

function changedRows({ machine, signals: now }: Judged): (SignalRow & { machineId: string })[] {
  const isNew = (row: SignalRow) => {
    const before = machine.signals.find((one) => one.signal === row.signal)
    return !before || times.some((time) => before[time]?.getTime() !== row[time]?.getTime())
  }
  return now.filter(isNew).map(({ signal, seenAt, raisedAt, easedAt }) => ({ machineId: machine.id, signal, seenAt, raisedAt, easedAt }))
}

const goneRows = ({ machine, signals: now }: Judged) =>
  machine.signals
    .filter((before) => !now.some((row) => row.signal === before.signal))
    .map(({ machineId, signal, raisedAt }) => ({ machineId, signal, raisedAt }))

/** Those of long ago are forgotten on the way. */
async function saveReturns(tx: Tx, judged: readonly Judged[]): Promise<void> {
  const rows = judged.flatMap(({ machine, reading }) => {
    const times = recentReturns(reading).map((ms) => new Date(ms))
    return times.length === machine.cameBackAt.length && times.length === reading.cameBackMs.length ? [] : [{ id: machine.id, times }]
  })
  if (rows.length === 0) return
  await tx.$executeRaw`
    with touched as (
      select m.id, n.times from "Machine" m join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id text, times timestamp[]) on n.id = m.id
      order by m.id for no key update of m)
    update "Machine" m set "cameBackAt" = t.times from touched t where m.id = t.id`
}

/** Of a fault the lifecycle tells; what only keeps new units away is told here. */
function eventsOf({ machine, signals: now }: Judged): EventInput[] {
  const warns = (row: SignalRow) => row.raisedAt !== null && signals[row.signal as SignalName]?.does === 'no_new_units'
  const has = (rows: readonly SignalRow[], { signal }: SignalRow) => rows.some((row) => row.signal === signal && row.raisedAt !== null)
  const event = (name: EventInput['name'], { signal }: SignalRow): EventInput => ({
    name,
    subject: { kind: 'machine', id: machine.id },
    data: { name: machine.name, signal },
  })
  return [
    ...now.filter((row) => warns(row) && !has(machine.signals, row)).map((row) => event('machine.warned', row)),
    ...machine.signals.filter((row) => warns(row) && !has(now, row)).map((row) => event('machine.warning_over', row)),
  ]
}
