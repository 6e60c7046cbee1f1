import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { RenderError, resourcesOf } from '@/lib/drivers/driver'
import { daemonCount, isDaemon, placeDaemons } from './daemons'
import { diffWorkloads } from './diff-workloads'
import { growths, lacksRoom } from './grow-units'
import { hashPlan } from './hash-plan'
import { lacksQuota, quotaLines } from './lacks-quota'
import { makeDiff } from './make-diff'
import { makeTasks } from './make-tasks'
import { moveUnits } from './move-units'
import { noCapacity, placeAt } from './place-at'
import type { Placing } from './place-units'
import type { PlacementFacts, PlanInput, PlanMade, PlannedReservation, PlannedTarget, PlannedTask, PlanRefused } from './plan-types'
import {
  createStep,
  freeOrdinals,
  isPlaced,
  removeStep,
  stepFor,
  surplusOf,
  targetCount,
  targetRelease,
  type UnitStep,
  unitsOf,
} from './plan-units'
import {
  clusterTargets,
  type WorkloadStep,
  whyNotByChart,
  whyNotHeld,
  whyNotLeaving,
  whyNotNamespace,
  workloadSteps,
  workloadTasks,
} from './plan-workloads'
import { promise } from './promise'
import { summarize } from './summarize'

/** Pure: rows in, the exact plan out. The same rows give the same plan, whoever asks and when. */
export function makePlan(input: PlanInput): PlanMade | PlanRefused {
  try {
    if (input.kind === 'accept') return planAccept(input)
    return input.kind === 'failover' || input.kind === 'migrate' ? planMoves(input) : planUnits(input)
  } catch (error) {
    if (!(error instanceof RenderError)) throw error
    return { ok: false, code: 'plan_refused', message: `${error.file}: ${error.message}`, details: { file: error.file } }
  }
}

function planMoves(input: PlanInput): PlanMade | PlanRefused {
  const moves = moveUnits(input)
  if ('ok' in moves) return moves
  const { steps, placings } = moves
  if (steps.length === 0) return nothing
  return assemble(input, { steps, workloads: [], targets: targetsOf(input, steps), tasks: makeTasks(input, steps), placings })
}

/** What the release needs of others and nobody gives; a scale to nothing needs nothing. */
function lacksRelation(input: PlanInput): PlanRefused | undefined {
  if (!deployKinds[input.kind].carriesRelease) return undefined
  const given = new Set(input.relations.map((relation) => relation.requirement))
  for (const placement of [...input.placements, ...input.clusters]) {
    const release = input.releases.get(targetRelease(input, placement) ?? '')
    const component = release?.manifest.components.find((one) => one.name === input.service.component)
    const missing = component?.requires.find((one) => !one.optional && !given.has(one.name))
    if (missing) {
      const message = `It needs ${missing.name} (${missing.interface}), and nothing that provides it was chosen.`
      return { ok: false, code: 'relation_missing', message, details: { requirement: missing.name, interface: missing.interface } }
    }
  }
  return undefined
}

function planUnits(input: PlanInput): PlanMade | PlanRefused {
  if (input.kind === 'scale' && input.placements.some((placement) => placement.id in input.counts && isDaemon(input, placement)))
    return noCount
  if (input.kind === 'promote' && [...input.placements, ...input.clusters].every((placement) => targetCount(input, placement) === 0))
    return noPlacement
  const byChart = whyNotByChart(input)
  if (byChart) return byChart
  const unrelated = lacksRelation(input)
  if (unrelated) return unrelated
  const steps: UnitStep[] = []
  const placings: Placing[] = []
  for (const placement of input.placements) {
    const everywhere = isDaemon(input, placement)
    const surplus = new Set(everywhere && input.kind !== 'remove' ? [] : surplusOf(input, placement).map((unit) => unit.name))
    for (const unit of unitsOf(input, placement)) {
      const step = surplus.has(unit.name) ? removeStep(placement, unit) : stepFor(input, placement, unit)
      if (step) steps.push(step)
    }
    const placing = everywhere ? placeDaemons(input, placement) : placeNew(input, placement)
    if (!placing) continue
    if (placing.missing > 0) return noCapacity(placement, placing)
    placings.push(placing)
    const release = input.releases.get(targetRelease(input, placement) ?? '')
    if (release) steps.push(...placing.placed.map((placed) => createStep(input, placement, release, placed)))
  }
  const lacking = lacksRoom(input, steps)
  if (lacking) return lacking
  const workloads = workloadSteps(input)
  const refused = whyNotHeld(input) ?? whyNotLeaving(workloads) ?? whyNotNamespace(workloads)
  if (refused) return refused
  const targets = targetsOf(input, steps)
  const recorded =
    isResized(input) || targets.some((target) => target.fromReleaseId !== target.toReleaseId || target.fromCount !== target.toCount)
  // What never came to be is removed by being written off.
  const isStill = steps.length + workloads.length === 0
  if (isStill && !recorded && input.kind !== 'remove') return nothing
  const ofUnits = makeTasks(input, steps)
  const tasks = isStill ? targets.map(recordTask) : [...ofUnits, ...workloadTasks(input, workloads, ofUnits)]
  return assemble(input, { steps, workloads, targets, tasks, placings })
}

const isResized = ({ service: { size }, sizeBefore }: PlanInput): boolean =>
  (size?.cpuMillis ?? null) !== sizeBefore.cpuMillis || (size?.memoryMib ?? null) !== sizeBefore.memoryMib

const nothing: PlanRefused = { ok: false, code: 'nothing_to_do', message: 'Everything already is as you ask for.', details: {} }

const noCount: PlanRefused = {
  ok: false,
  code: 'plan_refused',
  message: 'It runs on every machine of its pool: there is no count to change.',
  details: {},
}

const noPlacement: PlanRefused = {
  ok: false,
  code: 'no_placement',
  message: 'Production has no placement of this service yet; add production first.',
  details: {},
}

/** Accept touches nothing: it writes down that what runs is what is wanted. */
function planAccept(input: PlanInput): PlanMade | PlanRefused {
  const targets = targetsOf(input, [])
  return assemble(input, { steps: [], workloads: [], targets, tasks: targets.map(recordTask), placings: [] })
}

function placeNew(input: PlanInput, placement: PlacementFacts): Placing | undefined {
  if (deployKinds[input.kind].tells) return undefined
  const count = targetCount(input, placement) - unitsOf(input, placement).length
  const ordinals = count > 0 ? freeOrdinals(input.units, count) : []
  return placeAt(
    input,
    placement,
    ordinals.map((ordinal) => ({ ordinal })),
  )
}

const targetsOf = (input: PlanInput, steps: readonly UnitStep[]): PlannedTarget[] => [
  ...input.placements.map((placement) => ({
    placementId: placement.id,
    runtimeId: placement.runtimeId,
    fromReleaseId: placement.releaseId,
    toReleaseId: targetRelease(input, placement),
    fromCount: placement.count,
    toCount: countAfter(input, placement, steps),
  })),
  ...clusterTargets(input),
]

function countAfter(input: PlanInput, placement: PlacementFacts, steps: readonly UnitStep[]): number {
  if (!isDaemon(input, placement)) return targetCount(input, placement)
  const mine = steps.filter((step) => step.placement.id === placement.id)
  return daemonCount(input, placement, {
    placed: mine.filter((step) => step.action === 'create').length,
    gone: mine.flatMap((step) => (step.action === 'remove' && step.before ? [step.before] : [])),
  })
}

const recordTask = (target: PlannedTarget, index: number): PlannedTask => ({
  index,
  layer: 1,
  verb: 'record',
  placementId: target.placementId,
  unitName: null,
  machineId: null,
  dependsOn: [],
  contentDigest: null,
  expect: { kind: 'none' },
  params: { releaseId: target.toReleaseId },
  disruptive: false,
  timeoutMs: 60_000,
})

interface Parts {
  readonly steps: readonly UnitStep[]
  readonly workloads: readonly WorkloadStep[]
  readonly targets: readonly PlannedTarget[]
  readonly tasks: readonly PlannedTask[]
  readonly placings: readonly Placing[]
}

function assemble(input: PlanInput, parts: Parts): PlanMade | PlanRefused {
  const reservations = [...parts.steps.filter(isPlaced).map((step) => reservationOf(input, step)), ...growths(parts.steps)]
  const quotas = quotaLines(input, { ...parts, reservations })
  const refused = lacksQuota(quotas)
  if (refused) return refused
  const contents = new Map([
    ...parts.steps.flatMap(({ content, copy }) =>
      [content, copy?.out, copy?.in].flatMap((one) => (one ? [[one.digest, one.text] as const] : [])),
    ),
    ...parts.workloads.flatMap(({ content }) => (content ? [[content.digest, content.text] as const] : [])),
  ])
  const { targets, tasks } = parts
  return {
    ok: true,
    targets,
    tasks,
    reservations,
    contents,
    ...hashPlan(input, { ...parts, reservations }),
    summary: { ...summarize(input, parts), ...(quotas.length > 0 ? { quotas } : {}) },
    diff: [...makeDiff(input, parts.steps), ...diffWorkloads(input, parts.workloads)],
    notes: promise(input, parts),
  }
}

function reservationOf(input: PlanInput, step: UnitStep): PlannedReservation {
  const { name, ordinal, machineId, ports } = step.unit
  return { unitName: name, placementId: step.placement.id, ordinal, machineId, ports, resources: resourcesOf(input.service, step.release) }
}
