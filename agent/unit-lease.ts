import type { UnitEntry } from '@/lib/protocol/desired'
import { isLeased, type LeaseKey } from '@/lib/protocol/lease'
import { AgentFailure } from './failure'
import { keepGuard } from './guard'
import { paced } from './pace'
import { markOf, type ProcessMark } from './procfs'
import { isProcessUp } from './supervisor'
import { say, type UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import type { StepRun } from './unit-steps'

type Place = Pick<StepRun, 'ctx' | 'record'>
type Unit = { readonly record: UnitRecord; readonly entryInForce: UnitEntry | undefined }

/** Of hooks nobody else says how they are stopped. */
const hookStop = { signal: 'SIGTERM' as const, timeoutMs: paced(2_000) }

const keyOf = ({ unitId, generation }: UnitRecord): LeaseKey => ({ unitId, generation })

/** What the hub is asked for: what runs under a lease or is about to, as long as it has its guard. */
export function leasesWanted(ctx: UnitContext, units: Iterable<Unit>): LeaseKey[] {
  return [...units].flatMap(({ record, entryInForce: entry }) => {
    if (entry?.wanted === 'absent' || !isLeased(entry?.content ?? record.content) || !isGuarded(ctx, record)) return []
    return [{ unitId: record.unitId, generation: Math.max(record.generation, entry?.generation ?? 0) }]
  })
}

function isGuarded(ctx: UnitContext, record: UnitRecord): boolean {
  if (!record.process || !isLeased(record.content) || !isProcessUp(record)) return true
  const { runId, mark } = record.process
  const leaseMs = ctx.leases.lengthMs(keyOf(record))
  try {
    if (leaseMs !== undefined) guardRun({ ctx, record }, { runId, mark, leaseMs, stop: stopOf(record) })
    return leaseMs !== undefined
  } catch (error) {
    say(`${record.unit}: ${error}`)
    return false
  }
}

/** Waits for the lease of what is about to run; nothing of a leased unit begins without one. */
export async function holdLease({ ctx, record, work, signal }: StepRun): Promise<void> {
  if (!isLeased(record.content) || ctx.leases.find(keyOf(record))) return
  await ctx.reporter.say(work.cause, 'waits for its lease')
  await ctx.leases.hold(keyOf(record), signal)
}

export const mayRun = ({ ctx, record }: Place): boolean => !isLeased(record.content) || ctx.leases.find(keyOf(record)) !== undefined

export const leaseComes = ({ ctx, record }: Place, signal: AbortSignal): Promise<unknown> => ctx.leases.hold(keyOf(record), signal)

/**
 * What has to be done with a process before anything of its command runs: its guard stands where it needs a lease, and what counts for
 * its size is in its group.
 */
export function entering(place: Place, runId: string, { isHook, isSized }: { isHook: boolean; isSized: boolean }) {
  const { ctx, record } = place
  const enter = isSized ? ctx.groups.enterFor(record) : undefined
  if (!isLeased(record.content)) return enter
  // Whoever begins has waited for one that is half new; its guard knows the rest.
  const lease = ctx.leases.current(keyOf(record))
  if (!lease) throw new AgentFailure('lease_over', 'The hub does not lend it to this machine just now.')
  return (pid: number) => {
    const mark = markOf(pid)
    if (!mark) throw new Error('It ended before it began.')
    guardRun(place, { runId, mark, leaseMs: lease.leaseMs, stop: isHook ? hookStop : stopOf(record) })
    enter?.(pid)
  }
}

type Run = { runId: string; mark: ProcessMark; leaseMs: number; stop: { signal: NodeJS.Signals; timeoutMs: number } }

function guardRun({ ctx: { home, leases }, record }: Place, run: Run): void {
  keepGuard({ ...run, dir: home.run(run.runId), leaseFile: leases.fileOf(keyOf(record)), unitId: record.unitId, apps: home.apps })
}

const stopOf = ({ content }: UnitRecord) => content?.process?.stop ?? hookStop
