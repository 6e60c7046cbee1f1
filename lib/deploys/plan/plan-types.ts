import type { z } from 'zod'
import type { ChartOf } from '@/lib/charts/charts-of'
import type { DeployKind, Environment, UnitState, WorkloadState } from '@/lib/db/generated/enums'
import type { Expectation } from '@/lib/deploys/engine/situation'
import type { PlanDiffSchema, PlanSummary } from '@/lib/deploys/plan-views'
import type { ReleaseFacts, ServiceFacts, StageSize, UnitDriver, WorkloadDriver } from '@/lib/drivers/driver'
import type { MachineFacts, Resources } from '@/lib/machines/machine-facts'
import type { Quota } from '@/lib/quotas/quotas-of'
import type { PlacementRules } from '@/lib/services/rule-views'
import type { Neighbours } from './load-neighbours'
import type { PlanNotes } from './plan-notes'

export type { MachineFacts, Resources }

export interface PlacementFacts {
  readonly id: string
  readonly runtimeId: string
  readonly runtimeName: string
  readonly runtimeKind: 'pool' | 'cluster'
  readonly environment: Environment
  readonly driver: UnitDriver
  readonly releaseId: string | null
  readonly count: number
  /** What it asks of its machines. */
  readonly rules: PlacementRules
}

/** A placement in a cluster, handed over as a whole. */
export interface ClusterPlacement {
  readonly id: string
  readonly runtimeId: string
  readonly runtimeName: string
  readonly runtimeKind: 'pool' | 'cluster'
  readonly environment: Environment
  readonly driver: WorkloadDriver
  readonly subset: string
  /** Those of lower ones go first. */
  readonly order: number
  readonly releaseId: string | null
  readonly count: number
  /** Last approved: differs while it was put off because the cluster did not answer. */
  readonly wantedReleaseId: string | null
  readonly wantedCount: number
  readonly state: WorkloadState
  readonly held: boolean
  /** What was last rolled out whole. */
  readonly contentDigest: string | null
  /** Its pods have not been told what is true of others now. */
  readonly isUntold: boolean
  /** Why the application cannot be there; undefined = its namespace is there, or will be. */
  readonly whyNotNamespace: string | undefined
  /** Its cluster is being removed: nothing new comes there. */
  readonly isLeaving: boolean
}

/** A unit as the plan finds it, or as an earlier live record promises it. */
export interface UnitBefore {
  readonly id: string | null
  readonly name: string
  readonly ordinal: number
  readonly placementId: string
  readonly state: UnitState
  readonly held: boolean
  readonly releaseId: string | null
  readonly contentDigest: string | null
  readonly machineId: string
  readonly machineName: string
  readonly address: string
  readonly ports: Readonly<Record<string, number>>
  /** The room it has; null = a plan of before sizes could change promises it. */
  readonly resources: Resources | null
}

export interface PlanInput {
  readonly kind: DeployKind
  /** With the size that its units are to have. */
  readonly service: ServiceFacts
  /** What the stage said until now. */
  readonly sizeBefore: StageSize
  readonly environment: Environment
  readonly onFailure: 'stop' | 'roll_back'
  readonly maxUnavailable: number
  readonly keepData: boolean
  /** In clusters: everything is applied anew, and fields of others are taken over. */
  readonly takeOver: boolean
  /** The release that this record brings; null = each placement keeps its own. */
  readonly toReleaseId: string | null
  /** Placement → wanted count; missing = as it is. */
  readonly counts: Readonly<Record<string, number>>
  /** Only these units (restart, repair, failover); undefined = all. */
  readonly unitNames: readonly string[] | undefined
  /** Where those that move shall go; undefined = where there is most room. */
  readonly machineId: string | undefined
  /** Unit name → what its folder was last seen to take, where it may have to be copied. */
  readonly usedMib: ReadonlyMap<string, number>
  /** More than this is not copied. */
  readonly copyLimitMib: number
  /** A person asked, and hears why what was named does not move. */
  readonly isAsked: boolean
  readonly releases: ReadonlyMap<string, ReleaseFacts>
  readonly placements: readonly PlacementFacts[]
  readonly clusters: readonly ClusterPlacement[]
  /** Placement → what Helm made of the chart that it shall be. */
  readonly charts: ReadonlyMap<string, ChartOf>
  readonly units: readonly UnitBefore[]
  readonly machines: readonly MachineFacts[]
  /** Where the organisation's grants have limits. */
  readonly quotas: readonly Quota[]
  /** Of the services that rules name, or whose rules name this one. */
  readonly neighbours: Neighbours
  /** Texts of contents that units have now, by digest, for effects and diffs. */
  readonly contents: ReadonlyMap<string, string>
  /** Who fulfils which requirement. What they say of themselves is no part of a plan. */
  readonly relations: readonly PlannedRelation[]
  /** Others are told of its units. */
  readonly consumers: readonly { readonly id: string; readonly name: string }[]
  /** Secret id → current version, of the secrets that the releases name. */
  readonly secretVersions: Readonly<Record<string, number>>
}

export interface PlannedRelation {
  readonly requirement: string
  readonly provider: string
}

export interface PlannedTask {
  readonly index: number
  readonly layer: number
  readonly verb: string
  readonly placementId: string
  readonly unitName: string | null
  readonly machineId: string | null
  readonly dependsOn: number[]
  readonly contentDigest: string | null
  readonly expect: Expectation
  readonly params: Record<string, unknown>
  readonly disruptive: boolean
  readonly timeoutMs: number
}

export interface PlannedReservation {
  readonly unitName: string
  readonly placementId: string
  readonly ordinal: number
  readonly machineId: string
  readonly ports: Readonly<Record<string, number>>
  readonly resources: Resources
}

export interface PlannedTarget {
  readonly placementId: string
  readonly runtimeId: string
  readonly fromReleaseId: string | null
  readonly toReleaseId: string | null
  readonly fromCount: number
  readonly toCount: number
}

export interface PlanMade {
  readonly ok: true
  readonly targets: readonly PlannedTarget[]
  readonly tasks: readonly PlannedTask[]
  readonly reservations: readonly PlannedReservation[]
  /** Content to store, by digest. */
  readonly contents: ReadonlyMap<string, string>
  readonly document: Record<string, unknown>
  readonly hash: string
  readonly expectedHash: string
  readonly summary: PlanSummary
  readonly diff: z.infer<typeof PlanDiffSchema>
  readonly notes: PlanNotes
}

export interface PlanRefused {
  readonly ok: false
  readonly code:
    | 'nothing_to_do'
    | 'no_capacity'
    | 'quota_exceeded'
    | 'plan_refused'
    | 'package_suspended'
    | 'no_placement'
    | 'service_removed'
    | 'relation_missing'
  readonly message: string
  readonly details: Record<string, unknown>
}
