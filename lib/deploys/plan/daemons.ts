import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { companyOf } from './place-at'
import { type Placing, placeUnits } from './place-units'
import type { MachineFacts, PlacementFacts, PlanInput, UnitBefore } from './plan-types'
import { freeOrdinals, targetCount, targetRelease, unitsOf } from './plan-units'

const componentOf = (input: PlanInput, placement: PlacementFacts) =>
  input.releases
    .get(targetRelease(input, placement) ?? placement.releaseId ?? '')
    ?.manifest.components.find((one) => one.name === input.service.component)

/** One unit on every ready machine of the pool: nobody says how many. */
export const isDaemon = (input: PlanInput, placement: PlacementFacts): boolean => componentOf(input, placement)?.mode === 'daemon'

/** Kinds after which every ready machine has its unit. */
const spreads = ({ kind }: PlanInput): boolean => deployKinds[kind].carriesRelease || kind === 'repair'

/** A placement of none is one where it shall not run. */
const isWanted = (input: PlanInput, placement: PlacementFacts): boolean => targetCount(input, placement) > 0

/** A unit for each ready machine that has none and has room; where there is no room, it is made when there is. */
export function placeDaemons(input: PlanInput, placement: PlacementFacts): Placing | undefined {
  const component = componentOf(input, placement)
  if (!component || !spreads(input) || !isWanted(input, placement)) return undefined
  const taken = new Set(unitsOf(input, placement).map((unit) => unit.machineId))
  const machines = input.machines.filter((machine) => machine.runtimeId === placement.runtimeId && !taken.has(machine.id))
  const place = (on: readonly MachineFacts[]) => {
    const ordinals = freeOrdinals(input.units, on.length)
    const asks = on.map(({ id }, at) => ({
      ordinal: ordinals[at] as number,
      resources: component.resources,
      ports: component.ports,
      machineId: id,
    }))
    // It is on every machine anyway: only what the rules forbid counts.
    return placeUnits(asks, machines, { ...companyOf(input, placement), own: [] })
  }
  const ready = machines.filter((machine) => !machine.whyNot)
  if (ready.length === 0) return undefined
  const fitting = new Set(place(ready).placed.map(({ machine }) => machine.id))
  const placing = place(ready.filter((machine) => fitting.has(machine.id)))
  return { ...placing, notChosen: placing.notChosen.filter(({ machineName }) => machines.some((one) => one.name === machineName)) }
}

/** How many there will be: those that stay and those that come. */
export function daemonCount(
  input: PlanInput,
  placement: PlacementFacts,
  { placed, gone }: { placed: number; gone: readonly UnitBefore[] },
): number {
  if (input.kind === 'remove' || !isWanted(input, placement)) return 0
  return spreads(input) || gone.length > 0 ? unitsOf(input, placement).length - gone.length + placed : placement.count
}
