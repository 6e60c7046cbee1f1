import type { FaultName } from './faults'
import type { Moment } from './moments'
import type { WorkloadName } from './workloads'

export interface Experiment {
  readonly workload: WorkloadName
  readonly fault: FaultName
  readonly when: Moment
  /** How long what is broken stays broken, in milliseconds of the rig's own pace. */
  readonly forMs?: number
  /** How the change must end; missing = it may also fail, if what it left is named and held. */
  readonly ends?: 'succeeded'
  /** What is known about it and not mended yet. */
  readonly known?: string
  /** Belongs to the short choice of `npm test`. */
  readonly short?: true
}

const must = { ends: 'succeeded' } as const

/** Stage of work, what breaks, and when. */
export const experiments: readonly Experiment[] = [
  { workload: 'install', fault: 'kill agent', when: 'first line', ...must },
  { workload: 'install', fault: 'kill unit', when: 'first unit done' },
  { workload: 'install', fault: 'kill hook', when: 'first line' },
  { workload: 'install', fault: 'kill gateway', when: 'a random line', ...must },
  { workload: 'install', fault: 'kill worker', when: 'first task accepted', ...must },
  { workload: 'install', fault: 'kill postgres', when: 'a random line', ...must },
  { workload: 'install', fault: 'kill machine', when: 'first line', short: true },
  { workload: 'install', fault: 'cut both ways', when: 'first task accepted', forMs: 1500, ...must, short: true },
  { workload: 'install', fault: 'disk full', when: 'first task accepted', forMs: 1500, short: true },
  { workload: 'install', fault: 'disk read-only', when: 'first line', forMs: 1000 },
  { workload: 'install', fault: 'half a package', when: 'first task accepted', short: true },
  { workload: 'install', fault: 'disk set back', when: 'first line', forMs: 300 },
  { workload: 'install', fault: 'clock ahead', when: 'first line', forMs: 1500, ...must },
  { workload: 'configure', fault: 'kill agent', when: 'a random line', ...must },
  { workload: 'configure', fault: 'kill unit', when: 'first line' },
  { workload: 'configure', fault: 'kill hook', when: 'first line' },
  { workload: 'configure', fault: 'kill gateway', when: 'first unit done', ...must },
  { workload: 'configure', fault: 'kill worker', when: 'a random line', ...must },
  { workload: 'configure', fault: 'kill hub', when: 'a random line', ...must, short: true },
  { workload: 'configure', fault: 'kill machine', when: 'first line' },
  { workload: 'configure', fault: 'cut to hub', when: 'first line', forMs: 1500, ...must },
  { workload: 'configure', fault: 'cut to agent', when: 'first line', forMs: 1500, ...must },
  { workload: 'configure', fault: 'delay', when: 'at once', forMs: 4000, ...must },
  { workload: 'configure', fault: 'loss', when: 'at once', forMs: 4000, ...must, short: true },
  { workload: 'configure', fault: 'freeze agent', when: 'a random line', forMs: 1500, ...must },
  { workload: 'configure', fault: 'disk full', when: 'first line', forMs: 1000 },
  { workload: 'configure', fault: 'damaged cache', when: 'at once' },
  { workload: 'configure', fault: 'clock behind', when: 'first line', forMs: 1500, ...must, short: true },
  { workload: 'configure', fault: 'disk set back', when: 'first line', forMs: 300 },
  { workload: 'scale out', fault: 'kill agent', when: 'first line', ...must },
  { workload: 'scale out', fault: 'kill postgres', when: 'first task accepted', ...must },
  { workload: 'scale out', fault: 'kill worker', when: 'first line', ...must },
  { workload: 'scale in', fault: 'kill agent', when: 'first task accepted', ...must, short: true },
  { workload: 'scale in', fault: 'kill gateway', when: 'first task accepted', ...must },
  { workload: 'scale in', fault: 'kill unit', when: 'at once', ...must },
  { workload: 'move', fault: 'kill agent', when: 'first line', ...must },
  { workload: 'move', fault: 'kill hook', when: 'first line' },
  { workload: 'move', fault: 'kill unit', when: 'first unit done' },
  { workload: 'move', fault: 'kill hub', when: 'first line', ...must },
  { workload: 'move', fault: 'torn connection', when: 'a random line', ...must },
  // For longer than a machine's silence is borne: whoever moved units now would move all of them.
  { workload: 'scale out', fault: 'a hundred lost', when: 'first unit done', forMs: 12_000 },
  { workload: 'failover', fault: 'kill agent', when: 'first line', ...must },
  { workload: 'failover', fault: 'kill hook', when: 'first line' },
  { workload: 'failover', fault: 'kill unit', when: 'first unit done' },
  { workload: 'failover', fault: 'kill gateway', when: 'first line', ...must },
  { workload: 'failover', fault: 'kill worker', when: 'first task accepted', ...must, short: true },
  { workload: 'failover', fault: 'kill postgres', when: 'first line', ...must },
  { workload: 'configure', fault: 'kill postgres', when: 'a random line', ...must },
  { workload: 'scale out', fault: 'kill unit', when: 'first unit done', short: true },
  { workload: 'scale out', fault: 'kill hook', when: 'first line' },
  { workload: 'scale out', fault: 'kill gateway', when: 'first line', ...must },
  { workload: 'scale in', fault: 'kill worker', when: 'first task accepted', ...must },
  { workload: 'scale in', fault: 'kill postgres', when: 'at once', ...must, short: true },
  { workload: 'move', fault: 'kill gateway', when: 'first line', ...must, short: true },
  { workload: 'move', fault: 'kill worker', when: 'first task accepted', ...must },
  { workload: 'move', fault: 'kill postgres', when: 'a random line', ...must },
]

export const nameOf = ({ workload, fault, when }: Experiment): string => `${workload}: ${fault}, ${when}`
