import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { type ReleaseFacts, RenderError, type RenderedChart, type UnitContentPlan } from '@/lib/drivers/driver'
import { isOfChart } from '@/lib/protocol/chart'
import type { ClusterPlacement, PlanInput, PlannedTarget, PlannedTask, PlanRefused } from './plan-types'

/** What shall become of one placement in a cluster, which makes its units by itself. */
export interface WorkloadStep {
  readonly action: 'create' | 'change' | 'restart' | 'stop' | 'start' | 'remove' | 'relate'
  readonly placement: ClusterPlacement
  readonly release: ReleaseFacts | null
  readonly content: UnitContentPlan | null
}

type Kept = Pick<PlanInput, 'kind' | 'releases' | 'service' | 'contents'>
type Asked = Pick<PlanInput, 'kind' | 'toReleaseId' | 'counts' | 'unitNames'>

const minute = 60_000

/** The release and number that a placement shall have when the record succeeded. A repair brings what was approved and put off. */
export function wantedOf(input: Asked, placement: ClusterPlacement): { releaseId: string | null; count: number } {
  if (input.kind === 'remove') return { releaseId: null, count: 0 }
  if (input.kind === 'repair' && isConcerned(input)) return { releaseId: placement.wantedReleaseId, count: placement.wantedCount }
  return { releaseId: input.toReleaseId ?? placement.releaseId, count: input.counts[placement.id] ?? placement.count }
}

export const clusterTargets = (input: PlanInput): PlannedTarget[] =>
  input.clusters.map((placement) => {
    const { releaseId, count } = wantedOf(input, placement)
    return {
      placementId: placement.id,
      runtimeId: placement.runtimeId,
      fromReleaseId: placement.releaseId,
      toReleaseId: releaseId,
      fromCount: placement.count,
      toCount: count,
    }
  })

/** Automation that tells or moves units has nothing to do with what clusters do by themselves; single units are not known here. */
const isConcerned = ({ kind, unitNames }: Asked): boolean =>
  unitNames === undefined && !deployKinds[kind].tells && !['accept', 'migrate', 'failover'].includes(kind)

export const workloadSteps = (input: PlanInput): WorkloadStep[] =>
  deployKinds[input.kind].tells
    ? input.clusters.flatMap((placement) => tellStep(input, placement) ?? [])
    : isConcerned(input)
      ? input.clusters.flatMap((placement) => stepFor(input, placement) ?? [])
      : []

/** What runs there stays what it is; its pods are made anew with what is true of others now. */
function tellStep({ releases, contents }: PlanInput, placement: ClusterPlacement): WorkloadStep | null {
  const { contentDigest: digest, isUntold, releaseId } = placement
  const text = contents.get(digest ?? '')
  if (!isUntold || !digest || text === undefined) return null
  return { action: 'relate', placement, release: releases.get(releaseId ?? '') ?? null, content: { digest, text } }
}

function stepFor(input: PlanInput, placement: ClusterPlacement): WorkloadStep | null {
  const { kind } = input
  const { releaseId, count } = wantedOf(input, placement)
  const isThere = placement.state !== 'none' && placement.state !== 'removed'
  if (kind === 'repair' && placement.held) return null
  const release = releaseId ? (input.releases.get(releaseId) ?? null) : null
  if (!release) {
    const goes = kind === 'remove' || kind === 'repair'
    return goes && isThere ? { action: 'remove', placement, release: null, content: null } : null
  }
  if (!isThere && count === 0) return null
  const content =
    keptContent(input, placement) ??
    placement.driver.renderWhole(input.service, release, { subset: placement.subset, count, chart: chartOf(input, placement) })
  const step = { placement, release, content }
  if (kind === 'restart') return isThere && placement.state !== 'stopped' ? { ...step, action: 'restart' } : null
  if (kind === 'stop') return isThere && placement.state !== 'stopped' ? { ...step, action: 'stop' } : null
  if (kind === 'start') return placement.state === 'stopped' ? { ...step, action: 'start' } : null
  if (!isThere) return { ...step, action: 'create' }
  const isAsWanted = placement.state === 'available' && !placement.held && placement.contentDigest === content.digest && !input.takeOver
  // What is stopped is scaled and resized where it stands: by its next start.
  if (isAsWanted || (placement.state === 'stopped' && !deployKinds[kind].carriesRelease)) return null
  return { ...step, action: 'change' }
}

/** Of a chart what runs is restarted, stopped and started as it was approved: another rendering may be another one by now. */
export function keptContent(input: Kept, placement: ClusterPlacement): UnitContentPlan | undefined {
  const { contentDigest: digest, releaseId } = placement
  if (!['restart', 'stop', 'start'].includes(input.kind) || digest === null) return undefined
  const release = input.releases.get(releaseId ?? '')
  const component = release?.manifest.components.find((one) => one.name === input.service.component)
  const text = component && isOfChart(component) ? input.contents.get(digest) : undefined
  return text === undefined ? undefined : { digest, text }
}

function chartOf({ charts }: PlanInput, { id }: ClusterPlacement): RenderedChart | undefined {
  const chart = charts.get(id)
  if (chart && !chart.ok) throw new RenderError('chart', chart.message)
  return chart
}

/** How many and how large is said by the values of a chart. */
export function whyNotByChart(input: PlanInput): PlanRefused | undefined {
  if ((input.kind !== 'scale' && input.kind !== 'resize') || input.charts.size === 0) return undefined
  const what = input.kind === 'scale' ? 'how many units it has' : 'what its units may take'
  const message = `Its chart says ${what}: change its values.`
  return { ok: false, code: 'plan_refused', message, details: { reason: 'chart_decides' } }
}

/** After a failure a placement is left as it is until a release succeeds on it, or it is removed. */
export function whyNotHeld(input: PlanInput): PlanRefused | undefined {
  const { kind } = input
  if (!isConcerned(input) || deployKinds[kind].carriesRelease || kind === 'remove' || kind === 'repair') return undefined
  const held = input.clusters.find((placement) => placement.held)
  if (!held) return undefined
  const message = `In ${held.runtimeName} it is held after a failed deploy: bring a release there, or roll back.`
  return { ok: false, code: 'plan_refused', message, details: { reason: 'workload_held', runtime: held.runtimeName } }
}

/** A cluster in which the application may not be: planned anyway, it would only fail there. */
export function whyNotNamespace(steps: readonly WorkloadStep[]): PlanRefused | undefined {
  const refused = steps.find((step) => step.action !== 'remove' && step.placement.whyNotNamespace)
  if (!refused) return undefined
  const { runtimeName, whyNotNamespace: why } = refused.placement
  return {
    ok: false,
    code: 'plan_refused',
    message: `The application has no namespace in ${runtimeName}: ${why}`,
    details: { reason: 'namespace_missing', runtime: runtimeName },
  }
}

/** What is there may be changed until it goes. */
export function whyNotLeaving(steps: readonly WorkloadStep[]): PlanRefused | undefined {
  const coming = steps.find((step) => step.action === 'create' && step.placement.isLeaving)
  if (!coming) return undefined
  const { runtimeName: runtime } = coming.placement
  return { ok: false, code: 'plan_refused', message: `${runtime} is being removed.`, details: { reason: 'runtime_leaving', runtime } }
}

const verbs = {
  create: 'roll_out',
  change: 'roll_out',
  restart: 'restart',
  stop: 'stop',
  start: 'start',
  remove: 'remove',
  relate: 'relate',
} as const
const statesAfter = {
  roll_out: 'available',
  restart: 'available',
  start: 'available',
  relate: 'available',
  stop: 'stopped',
  remove: 'removed',
} as const

/** Clusters of one order go together, and after those of lower ones: the first failure stops the rest. */
export function workloadTasks(input: PlanInput, steps: readonly WorkloadStep[], before: readonly PlannedTask[]): PlannedTask[] {
  const orders = [...new Set(steps.map((step) => step.placement.order))].sort((a, b) => a - b)
  const tasks: PlannedTask[] = []
  let last: number[] = []
  for (const [at, order] of orders.entries()) {
    const mine = steps.filter((step) => step.placement.order === order)
    const first = before.length + tasks.length
    tasks.push(...mine.map((step, index) => taskOf(input, step, { index: first + index, layer: at + 1, dependsOn: last })))
    last = mine.map((_, index) => first + index)
  }
  return tasks
}

function taskOf(input: PlanInput, step: WorkloadStep, place: Pick<PlannedTask, 'index' | 'layer' | 'dependsOn'>): PlannedTask {
  const { placement, content, release, action } = step
  const verb = verbs[action]
  const isShown = verb !== 'stop' && verb !== 'remove'
  return {
    ...place,
    verb,
    placementId: placement.id,
    unitName: null,
    machineId: null,
    contentDigest: content?.digest ?? null,
    expect: { kind: 'workload', states: [statesAfter[verb]], contentDigest: isShown ? (content?.digest ?? null) : null },
    params:
      verb === 'remove' ? { keepData: input.keepData } : { releaseId: release?.id ?? null, ...(input.takeOver ? { takeOver: true } : {}) },
    disruptive: false,
    timeoutMs: content ? placement.driver.timeoutOf(content.text) : 10 * minute,
  }
}
