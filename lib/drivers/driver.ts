import type { ClusterPower } from '@/lib/protocol/cluster-powers'
import type { PackageManifest } from '@/lib/protocol/package-manifest'
import type { TaskCallback } from './callback'

/** A release as drivers see it: package, values already merged with the environment's overlay, secrets by reference. */
export interface ReleaseFacts {
  readonly id: string
  readonly number: number
  readonly package: { readonly name: string; readonly version: string; readonly digest: string; readonly sizeBytes: number }
  readonly manifest: PackageManifest
  readonly templates: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, unknown>>
  /** The application's variables that it takes; null = the environment has none of this name. */
  readonly env: Readonly<Record<string, string | null>>
}

/** What a stage says of its units' size; null = as their package says. */
export interface StageSize {
  readonly cpuMillis: number | null
  readonly memoryMib: number | null
}

export interface ServiceFacts {
  readonly organizationSlug: string
  readonly applicationSlug: string
  readonly name: string
  readonly component: string
  /** It is a route: a host, and where its paths lead. */
  readonly isRoute?: boolean
  /** What an operator lets its organisation have in clusters; missing = nothing beyond the fence. */
  readonly powers?: readonly ClusterPower[]
  /** Of its stage; missing = as its package says. */
  readonly size?: StageSize
}

/** The room of one unit, in thousandths of a core and in MiB; 0 = not said. */
export interface Resources {
  readonly cpuMillis: number
  readonly memoryMib: number
  readonly diskMib: number
}

/** What a unit of this release is to have: as its package says, but for what its stage says itself. */
export function resourcesOf({ component, size }: ServiceFacts, release: Pick<ReleaseFacts, 'manifest'> | null): Resources {
  const said = release?.manifest.components.find((one) => one.name === component)?.resources
  const { cpuMillis = 0, memoryMib = 0, diskMib = 0 } = said ?? {}
  return { cpuMillis: size?.cpuMillis ?? cpuMillis, memoryMib: size?.memoryMib ?? memoryMib, diskMib }
}

/** A unit with the place it has or is promised. */
export interface PlacedUnit {
  readonly name: string
  readonly ordinal: number
  readonly machineId: string
  readonly machineName: string
  readonly address: string
  readonly ports: Readonly<Record<string, number>>
}

/** What a driver makes of a release for one unit. */
export interface UnitContentPlan {
  readonly digest: string
  /** Canonical JSON; its SHA-256 is the digest. */
  readonly text: string
}

export class RenderError extends Error {
  constructor(
    readonly file: string,
    message: string,
  ) {
    super(message)
  }
}

/** How strongly a change touches a running unit, weakest first. */
export type ChangeEffect = 'none' | 'live' | 'reload' | 'restart' | 'upgrade'

/** A task handed over: the target, the verb and the approved content. A driver sees neither database, actor nor record. */
export interface TaskOrder {
  readonly recordId: string
  readonly taskId: string
  readonly attempt: number
  readonly verb: string
  readonly machineId: string | null
  readonly unitId: string | null
  readonly unitName: string | null
  /** Of a task about a whole placement, and not about a unit of it. */
  readonly placementId: string | null
  readonly generation: number
  readonly contentDigest: string | null
  readonly params: Readonly<Record<string, unknown>>
  /** The task that will watch this unit's check, if the plan has one. */
  readonly checkTaskId: string | null
}

/** What everything we run services with must offer. Each verb may be run twice with the same result. It performs, and never decides. */
export interface Driver {
  readonly kind: string
  /** Resolves once the work is accepted; how it ends arrives through the callback and the observed rows. */
  apply(orders: readonly TaskOrder[], callback: (order: TaskOrder) => TaskCallback, signal: AbortSignal): Promise<void>
  /** Asks running tasks to stop where they are. */
  stop(orders: readonly TaskOrder[]): Promise<void>
}

/** Where the hub itself says which unit runs on which machine. */
export interface UnitDriver extends Driver {
  /** Pure: the exact content of one unit of a release. Throws RenderError. */
  render(service: ServiceFacts, release: ReleaseFacts, unit: PlacedUnit): UnitContentPlan
  /** Pure: what going from one content to another does to a running unit. */
  effectOf(before: string, after: string): ChangeEffect
}

/** A placement that is handed over as a whole: its target makes the units, as many as it is told. */
export interface PlacedWhole {
  readonly subset: string
  readonly count: number
  /** Of a chart: what Helm made of it for this place. */
  readonly chart?: RenderedChart | undefined
}

/** Documents with the templates that they come from, in the namespace that Helm was told. */
export interface RenderedChart {
  readonly namespace: string
  readonly documents: readonly { readonly source: string; readonly text: string }[]
}

/** A text of a plan's content that people compare. */
export interface ContentText {
  readonly path: string
  readonly text: string
}

/** Where the target makes and moves units by itself: the hub hands over what a whole placement shall be. */
export interface WorkloadDriver extends Driver {
  /** Pure: the exact content of a placement. Throws RenderError. */
  renderWhole(service: ServiceFacts, release: ReleaseFacts, place: PlacedWhole): UnitContentPlan
  /** Pure: what of a content people read, secrets by reference only. */
  textsOf(content: string): ContentText[]
  /** How long a change to this content may take at most. */
  timeoutOf(content: string): number
}

/** The hub's side of such a driver: where orders become rows. Whoever looks after the place carries them out, and speaks through the callback. */
export interface WorkloadDesk {
  want(orders: readonly TaskOrder[]): Promise<void>
  /** Called off: what is there stays as it is. */
  leaveAsIs(orders: readonly TaskOrder[]): Promise<void>
}

export const isWorkloadDriver = (driver: UnitDriver | WorkloadDriver): driver is WorkloadDriver => 'renderWhole' in driver
