import { resourcesOf, type StageSize } from '@/lib/drivers/driver'
import type { PlanNotes } from './plan-notes'
import type { PlanInput, PlannedTarget } from './plan-types'
import { isPlaced, type UnitStep } from './plan-units'
import type { WorkloadStep } from './plan-workloads'

type Promising = Pick<PlanInput, 'service' | 'units' | 'clusters'>

/** The stage as it will be when every task succeeded. */
export function promise(
  input: Promising,
  {
    targets,
    steps,
    workloads = [],
  }: { targets: readonly PlannedTarget[]; steps: readonly UnitStep[]; workloads?: readonly WorkloadStep[] },
): PlanNotes {
  const removed = new Set(steps.filter((step) => step.action === 'remove').map((step) => step.unit.name))
  const changed = new Map(steps.filter((step) => step.action !== 'remove').map((step) => [step.unit.name, step]))
  const created = steps.filter(isPlaced)
  // Made again elsewhere, a unit has left its old place.
  const moved = new Set(created.map((step) => step.unit.name))
  const kept = input.units.filter((unit) => !removed.has(unit.name) && !moved.has(unit.name))
  const units = kept.map((unit) => {
    const step = changed.get(unit.name)
    const promised = noteOf(unit, unit.placementId, step?.release?.id ?? unit.releaseId, step?.content?.digest ?? unit.contentDigest)
    return { ...promised, resources: step?.resize ?? unit.resources }
  })
  return {
    placements: targets.map((target) => ({
      id: target.placementId,
      releaseId: target.toReleaseId,
      count: target.toCount,
      ...promisedWorkload(input, target, workloads),
    })),
    units: [
      ...units,
      ...created.map((step) => ({
        ...noteOf(step.unit, step.placement.id, step.release?.id ?? null, step.content?.digest ?? null),
        resources: resourcesOf(input.service, step.release),
      })),
    ],
    size: { ...asThePackage, ...input.service.size },
  }
}

/** What a step leaves behind, or what is there already. */
function promisedWorkload(input: Promising, { placementId }: PlannedTarget, workloads: readonly WorkloadStep[]) {
  const placement = input.clusters.find((one) => one.id === placementId)
  if (!placement) return {}
  const step = workloads.find((one) => one.placement.id === placementId)
  const before = placement.state === 'stopped' ? 'stopped' : placement.state === 'available' ? 'available' : 'removed'
  const state = !step ? before : step.action === 'remove' ? 'removed' : step.action === 'stop' ? 'stopped' : 'available'
  const contentDigest = step ? (step.content?.digest ?? null) : placement.contentDigest
  return { workload: { state, contentDigest } as const }
}

const asThePackage: StageSize = { cpuMillis: null, memoryMib: null }

type Note = Omit<PlanNotes['units'][number], 'resources'>
type Place = Pick<Note, 'name' | 'ordinal' | 'machineId' | 'machineName' | 'address'> & { readonly ports: Readonly<Record<string, number>> }

const noteOf = (place: Place, placementId: string, releaseId: string | null, contentDigest: string | null): Note => ({
  name: place.name,
  ordinal: place.ordinal,
  placementId,
  releaseId,
  contentDigest,
  machineId: place.machineId,
  machineName: place.machineName,
  address: place.address,
  ports: { ...place.ports },
})
