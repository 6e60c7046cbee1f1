import type { MachineSignal } from '@/lib/db/generated/client'
import { type Pace, pace } from '@/lib/pace'
import type { SignalName, SignalView } from './signal-views'

/** What is known of a machine at one moment. */
export interface Reading {
  readonly nowMs: number
  /** Since when a gateway has been listening without a pause: silence and lasting count from there. */
  readonly listeningMs: number
  readonly heardMs: number
  readonly maintenance: boolean
  readonly diskMib: number
  /** Null: its agent does not say. */
  readonly diskFreeMib: number | null
  readonly diskTrouble: string | null
  readonly clockOffSeconds: number | null
  readonly units: number
  /** In error by themselves: not those that a change left so, nor those that only miss their data. */
  readonly failing: { readonly units: number; readonly services: number }
  readonly cameBackMs: readonly number[]
}

interface Signal {
  /** A fault of the machine, so that its units may go elsewhere; or only a reason to take no new ones. */
  readonly does: SignalView['does']
  /** True: there is trouble; false: there is none; undefined: neither is sure, and what was, stays. */
  readonly look: (reading: Reading) => boolean | undefined
  /** How long it must last until it counts; undefined = it counts at once. */
  readonly raiseAfter?: Pace
  /** How long it must be over until it counts no more. */
  readonly clearAfter: Pace
  /** Since when it lasts, where the reading itself knows better than the first look. */
  readonly sinceMs?: (reading: Reading) => number
}

const lastHeard = ({ heardMs, listeningMs }: Reading): number => Math.max(heardMs, listeningMs)
const isHeard = (reading: Reading): boolean => reading.nowMs - lastHeard(reading) <= pace('unknownAfter')

/** What a machine last said is memory while it is silent: nothing begins or ends by it. */
const whileHeard = (look: Signal['look']) => (reading: Reading) => (isHeard(reading) ? look(reading) : undefined)

/** Of a small disk a share, of a large one a fixed room: new units and their logs need some, however large it is. */
export const diskBounds = { full: { share: 0.05, mostMib: 1024 }, free: { share: 0.08, mostMib: 2048 } } as const
const boundMib = (diskMib: number, { share, mostMib }: { share: number; mostMib: number }) => Math.min(diskMib * share, mostMib)

/** Certificates, logs and schedules go wrong by minutes; leases are durations and do not mind. */
export const clockBoundsSeconds = { off: 120, right: 60 } as const

/** A bad release breaks one service, on every machine at once; a bad machine breaks several services on itself. */
export const failingBounds = { units: 3, services: 2 } as const

export const flapTimes = 3

/** Newest last; what is older tells nothing any more. */
export const recentReturns = ({ cameBackMs, nowMs }: Pick<Reading, 'cameBackMs' | 'nowMs'>): number[] =>
  cameBackMs.filter((at) => nowMs - at < pace('flapWindow'))

/** The table of what is watched on machines, beside what people see and say. */
export const signals: Readonly<Record<SignalName, Signal>> = {
  not_heard: {
    does: 'fault',
    look: (reading) => !isHeard(reading) && !reading.maintenance,
    sinceMs: lastHeard,
    raiseAfter: 'faultPatience',
    clearAfter: 'heardSteadily',
  },
  disk_unwritable: {
    does: 'fault',
    look: whileHeard(({ diskTrouble }) => diskTrouble === 'unwritable'),
    raiseAfter: 'diskTroubleHeld',
    clearAfter: 'diskTroubleOver',
  },
  disk_full: {
    does: 'no_new_units',
    look: whileHeard(({ diskMib, diskFreeMib, diskTrouble }) => {
      if (diskTrouble === 'full') return true
      if (diskFreeMib === null || diskMib === 0) return false
      if (diskFreeMib < boundMib(diskMib, diskBounds.full)) return true
      return diskFreeMib < boundMib(diskMib, diskBounds.free) ? undefined : false
    }),
    raiseAfter: 'diskTroubleHeld',
    clearAfter: 'diskTroubleOver',
  },
  clock_off: {
    does: 'no_new_units',
    look: whileHeard(({ clockOffSeconds }) => {
      const off = Math.abs(clockOffSeconds ?? 0)
      return off > clockBoundsSeconds.off ? true : off > clockBoundsSeconds.right ? undefined : false
    }),
    raiseAfter: 'clockOffHeld',
    clearAfter: 'warningOver',
  },
  units_failing: {
    does: 'no_new_units',
    look: whileHeard(({ units, failing }) => {
      const isMost = failing.units * 2 > units
      return isMost && failing.units >= failingBounds.units && failing.services >= failingBounds.services
    }),
    raiseAfter: 'unitsFailingHeld',
    clearAfter: 'warningOver',
  },
  flapping: {
    does: 'no_new_units',
    look: whileHeard((reading) => recentReturns(reading).length >= flapTimes),
    clearAfter: 'warningOver',
  },
}

export type SignalRow = Pick<MachineSignal, 'signal' | 'seenAt' | 'raisedAt' | 'easedAt'>

/** What becomes of a signal by this reading; undefined = there is none. Between its two bounds, and while it is not sure, it goes neither way. */
export function nextSignal(signal: SignalName, before: SignalRow | undefined, reading: Reading): SignalRow | undefined {
  const { look, raiseAfter, clearAfter, sinceMs } = signals[signal]
  const looks = look(reading)
  const hasLasted = (from: Date, time: Pace) => reading.nowMs - Math.max(from.getTime(), reading.listeningMs) >= pace(time)
  const now = new Date(reading.nowMs)
  if (looks) {
    const seenAt = before?.raisedAt ? before.seenAt : new Date(sinceMs?.(reading) ?? before?.seenAt ?? reading.nowMs)
    const counts = !raiseAfter || hasLasted(seenAt, raiseAfter)
    return { signal, seenAt, raisedAt: before?.raisedAt ?? (counts ? now : null), easedAt: null }
  }
  if (!before?.raisedAt) return undefined
  if (looks === undefined) return { ...before, easedAt: null }
  const easedAt = before.easedAt ?? now
  return hasLasted(easedAt, clearAfter) ? undefined : { ...before, easedAt }
}

/** It has just been heard again after a silence. */
export const hasComeBack = (before: SignalRow | undefined, reading: Reading): boolean =>
  before !== undefined && before.easedAt === null && isHeard(reading) && reading.heardMs > before.seenAt.getTime()

export const isFault = ({ signal, raisedAt }: Pick<SignalRow, 'signal' | 'raisedAt'>): boolean =>
  raisedAt !== null && signals[signal as SignalName]?.does === 'fault'
