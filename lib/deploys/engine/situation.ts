import { z } from 'zod'
import type { DeployState, TaskState, UnitState, WorkloadState } from '@/lib/db/generated/enums'

/** What must be observed for a task to have succeeded. Read from rows that the target's own news filled, never assumed. */
export const ExpectationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('unit'), states: z.array(z.string()), contentDigest: z.string().nullable() }),
  z.object({ kind: z.literal('package'), digest: z.string() }),
  /** The unit has taken up what it was told of others. */
  z.object({ kind: z.literal('relations') }),
  /** No consumer that serves is told of the unit any more. */
  z.object({ kind: z.literal('withdrawn') }),
  /** The unit's data were packed whole, or unpacked elsewhere and found the same. */
  z.object({ kind: z.literal('data'), state: z.enum(['packed', 'verified']) }),
  /** A whole placement, as its cluster shows it. */
  z.object({ kind: z.literal('workload'), states: z.array(z.string()), contentDigest: z.string().nullable() }),
  /** Nothing on a target: the engine itself does it. */
  z.object({ kind: z.literal('none') }),
])
export type Expectation = z.infer<typeof ExpectationSchema>

export interface TaskFacts {
  readonly id: string
  readonly index: number
  readonly targetId: string
  readonly verb: string
  readonly unitId: string | null
  readonly machineId: string | null
  readonly dependsOn: readonly number[]
  readonly expect: Expectation
  readonly disruptive: boolean
  readonly failureAllowed: boolean
  readonly state: TaskState
  readonly code: string | null
  readonly attempt: number
  readonly maxAttempts: number
  readonly owner: string | null
  readonly heartbeatAt: Date | null
  readonly acceptedAt: Date | null
  readonly deadlineAt: Date | null
  readonly doneAt: Date | null
  readonly doneOk: boolean | null
  readonly doneCode: string | null
  readonly doneMessage: string | null
  readonly goneAt: Date | null
}

export interface UnitFacts {
  readonly id: string
  readonly state: UnitState
  readonly contentDigest: string | null
  /** Has served once, so that its absence is missed. */
  readonly hasServed: boolean
  readonly code: string | null
  readonly message: string | null
  /** Digests of what it was told of others, and of what it has taken up. */
  readonly told: string | null
  readonly related: string | null
}

/** A placement in a cluster. */
export interface WorkloadFacts {
  readonly state: WorkloadState
  /** What was last rolled out whole. */
  readonly shownDigest: string | null
  /** Everything of the last order was taken by the cluster. */
  readonly isApplied: boolean
}

/** Everything the engine looks at for one record; `decide` sees nothing else. */
export interface Situation {
  readonly now: Date
  readonly record: {
    readonly id: string
    readonly state: DeployState
    readonly maxUnavailable: number
    /** Tasks in hand at once; null = as many as may. */
    readonly parallel: number | null
    /** More failed tasks than this stop the rest. */
    readonly failuresAllowed: number
    /** Of commands: what may begin is handed over at once, and no worker claims it. */
    readonly isFree: boolean
  }
  readonly tasks: readonly TaskFacts[]
  /** All living units of the stage, also those that other records work on. */
  readonly units: ReadonlyMap<string, UnitFacts>
  /** Units that another record holds: unit id → record id. */
  readonly heldByOthers: ReadonlyMap<string, string>
  /** Units that a running disruptive task of another record has taken away. */
  readonly disturbedByOthers: ReadonlySet<string>
  /** Whether a consumer that serves has yet to hear what is true of the stage now. */
  readonly isStillKnown: boolean
  /** Target → what its cluster shows of it; missing = nothing was ever ordered there. */
  readonly workloads: ReadonlyMap<string, WorkloadFacts>
  /** Targets whose cluster does not answer: what was not begun there is put off. */
  readonly silentTargets: ReadonlySet<string>
  /** Unit id → how far this record's copy of its data has come. */
  readonly copies: ReadonlyMap<string, { readonly packed: boolean; readonly verified: boolean }>
  /** `<machineId> <digest>` of packages an agent has in its cache. */
  readonly cachedPackages: ReadonlySet<string>
  /** Machines of overdue tasks that have no room left: there it is the disk that was late. */
  readonly fullMachines: ReadonlySet<string>
  /** A worker that has not been heard since then has lost its task. */
  readonly ownerLostMs: number
  /** When something of this record last ended or began, and how long it may wait for missing units to come back. */
  readonly idleSince: Date
  readonly limitPatienceMs: number
}
