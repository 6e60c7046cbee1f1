import { canonicalJson, sha256Hex } from '@/lib/protocol/canonical'
import { hasRules } from '@/lib/services/rule-views'
import type { PlanInput, PlannedReservation, PlannedTarget, PlannedTask } from './plan-types'
import type { UnitStep } from './plan-units'
import type { WorkloadStep } from './plan-workloads'

interface Hashed {
  readonly steps: readonly UnitStep[]
  readonly workloads: readonly WorkloadStep[]
  readonly targets: readonly PlannedTarget[]
  readonly tasks: readonly PlannedTask[]
  readonly reservations: readonly PlannedReservation[]
}

/**
 * The document an approval signs (5-model 3), and its two hashes. Releases stand by their number and package, not by row id,
 * so that a preview made before the release exists comes to the same hash.
 */
export function hashPlan(input: PlanInput, parts: Hashed): { document: Record<string, unknown>; hash: string; expectedHash: string } {
  const document = documentOf(input, parts)
  return { document, hash: sha256Hex(canonicalJson(document)), expectedHash: sha256Hex(canonicalJson(expectedOf(input, parts, document))) }
}

const release = (input: PlanInput, id: string | null) => {
  const found = id ? input.releases.get(id) : undefined
  return found ? { number: found.number, package: found.package.digest, version: found.package.version } : null
}

/** A task about a whole placement says in which cluster. */
function clusterOf({ clusters }: PlanInput, { placementId, params }: PlannedTask): { cluster?: string; takeOver?: true } {
  const found = clusters.find((one) => one.id === placementId)
  return found ? { cluster: `${found.runtimeName}/${found.subset}`, ...(params.takeOver ? { takeOver: true } : {}) } : {}
}

/** Where it goes, and what is asked of the machines there. */
function placeOf(input: PlanInput, target: PlannedTarget): Record<string, unknown> {
  const placement = input.placements.find((one) => one.id === target.placementId)
  const cluster = input.clusters.find((one) => one.id === target.placementId)
  const runtime = placement?.runtimeName ?? cluster?.runtimeName ?? target.runtimeId
  return placement && hasRules(placement.rules) ? { runtime, rules: placement.rules } : { runtime }
}

function documentOf(input: PlanInput, { steps, workloads, targets, tasks, reservations }: Hashed): Record<string, unknown> {
  return {
    kind: input.kind,
    subject: { organization: input.service.organizationSlug, application: input.service.applicationSlug, service: input.service.name },
    environment: input.environment,
    targets: targets.map((target) => ({
      ...placeOf(input, target),
      from: { release: release(input, target.fromReleaseId), count: target.fromCount },
      to: { release: release(input, target.toReleaseId), count: target.toCount },
    })),
    tasks: tasks.map((task) => ({
      verb: task.verb,
      unit: task.unitName,
      machine: task.machineId,
      ...clusterOf(input, task),
      content: task.contentDigest,
      effect: task.params.effect ?? null,
      dependsOn: task.dependsOn,
      timeoutMs: task.timeoutMs,
    })),
    gates: [],
    ...(input.kind === 'resize' ? { size: { from: input.sizeBefore, to: input.service.size } } : {}),
    ...(input.relations.length > 0 ? { relations: input.relations } : {}),
    onFailure: input.onFailure,
    maxUnavailable: input.maxUnavailable,
    effects: {
      replace: [],
      remove: [
        ...steps.filter((step) => step.action === 'remove').map((step) => step.unit.name),
        ...workloads.filter((step) => step.action === 'remove').map(({ placement }) => `${placement.runtimeName}/${placement.subset}`),
      ],
      ...(input.kind === 'remove' ? { keepData: input.keepData } : {}),
    },
    secretVersions: input.secretVersions,
    reservations: reservations.map(({ unitName, machineId, ports, resources }) => ({
      unit: unitName,
      machine: machineId,
      ports,
      resources,
    })),
  }
}

/** What a requester could know: without the machines, ports and contents that follow from where the planner put new units. */
function expectedOf(input: PlanInput, { steps, reservations }: Hashed, document: Record<string, unknown>): Record<string, unknown> {
  const created = new Set(reservations.map((reservation) => reservation.unitName))
  const tasks = document.tasks as { unit: string | null; machine: string | null; content: string | null }[]
  return {
    ...document,
    tasks: tasks.map((task) => (task.unit && created.has(task.unit) ? { ...task, machine: null, content: null } : task)),
    reservations: reservations.map(({ unitName, resources }) => ({ unit: unitName, resources })),
    values: steps.filter((step) => step.action === 'create').map((step) => step.release?.values ?? null),
    env: steps.filter((step) => step.action === 'create').map((step) => step.release?.env ?? null),
    files: input.service.component,
  }
}
