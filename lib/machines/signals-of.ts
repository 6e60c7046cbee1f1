import type { Machine, MachineSignal } from '@/lib/db/generated/client'
import { iso, isoOrNull } from '@/lib/iso-time'
import { pace } from '@/lib/pace'
import type { Sentence } from '@/lib/views'
import { freshnessOf } from './freshness'
import { type SignalName, type SignalView, signalNames } from './signal-views'
import { isFault, type SignalRow, signals } from './signals'

type Told = Pick<Machine, 'diskFreeMib' | 'clockOffSeconds' | 'cameBackAt'>

/** Words of a signal, with the figures of now. */
export function sentenceOf(signal: SignalName, { diskFreeMib, clockOffSeconds, cameBackAt }: Told): Sentence {
  const values: Partial<Record<SignalName, Sentence['values']>> = {
    disk_full: { free: diskFreeMib ?? 0 },
    clock_off: { minutes: Math.round(Math.abs(clockOffSeconds ?? 0) / 60), way: (clockOffSeconds ?? 0) > 0 ? 'ahead' : 'behind' },
    flapping: { times: cameBackAt.length },
  }
  return { code: `signal_${signal}`, values: values[signal] ?? {} }
}

/** What counts on this machine now, faults first. */
export function signalsOf(machine: Told & { readonly signals: readonly MachineSignal[] }): SignalView[] {
  return signalNames.flatMap((signal): SignalView[] => {
    const row = machine.signals.find((one) => one.signal === signal)
    if (!row?.raisedAt) return []
    const { does, clearAfter } = signals[signal]
    return [
      {
        signal,
        does,
        says: sentenceOf(signal, machine),
        since: iso(row.seenAt),
        easedAt: isoOrNull(row.easedAt),
        overAt: row.easedAt && iso(new Date(row.easedAt.getTime() + pace(clearAfter))),
      },
    ]
  })
}

/** A fault of the table (not one that an operator reported) has a reason that begins so. */
export const faultPrefix = 'fault_'

/**
 * A machine with a fault whose units may go elsewhere. One that is well again only waits until it has been so for long enough, and
 * then comes back with its units.
 */
export function isLost(machine: Pick<Machine, 'state' | 'stateReason' | 'heardAt'> & { readonly signals: readonly SignalRow[] }): boolean {
  if (machine.state !== 'error_detected') return false
  if (!machine.stateReason?.startsWith(faultPrefix)) return true
  const lasts = ({ signal, easedAt }: SignalRow) => easedAt === null && (signal !== 'not_heard' || freshnessOf(machine) === 'unknown')
  return machine.signals.some((row) => isFault(row) && lasts(row))
}
