import { resourcesOf } from '@/lib/drivers/driver'
import { type Ask, type Company, type Place, type Placing, placeUnits, rankPlaces } from './place-units'
import type { PlacementFacts, PlanInput, PlanRefused } from './plan-types'
import { targetRelease } from './plan-units'

/** Which unit, and what its place is bound to. */
export type Wanted = Pick<Ask, 'ordinal' | 'machineId' | 'from' | 'copyMib'>

/** Places for these units on the machines of their placement; undefined = there is nothing to place. */
export function placeAt(input: PlanInput, placement: PlacementFacts, wanted: readonly Wanted[]): Placing | undefined {
  const question = questionOf(input, placement, wanted)
  return question && wanted.length > 0 ? placeUnits(question.asks, question.machines, question.company) : undefined
}

/** Every machine of the placement for one unit: the best first, then those that cannot take it, and why. */
export function placesFor(input: PlanInput, placement: PlacementFacts, wanted: Wanted): Place[] {
  const question = questionOf(input, placement, [wanted])
  const [ask] = question?.asks ?? []
  return question && ask ? rankPlaces(ask, question.machines, question.company) : []
}

function questionOf(input: PlanInput, placement: PlacementFacts, wanted: readonly Wanted[]) {
  const release = input.releases.get(targetRelease(input, placement) ?? '')
  const component = release?.manifest.components.find((one) => one.name === input.service.component)
  if (!component) return undefined
  const resources = resourcesOf(input.service, release ?? null)
  return {
    asks: wanted.map((one): Ask => ({ ...one, resources, ports: component.ports })),
    machines: input.machines.filter((machine) => machine.runtimeId === placement.runtimeId),
    company: companyOf(input, placement, new Set(wanted.map((one) => one.ordinal))),
  }
}

/** Units that are being placed are nobody's company, wherever they are now. */
export function companyOf(input: PlanInput, placement: PlacementFacts, placing: ReadonlySet<number> = new Set()): Company {
  const { rules } = placement
  const machines = new Map(input.machines.map((machine) => [machine.id, machine]))
  const service = input.service.name
  return {
    service,
    rules: { ...rules, apart: [...rules.apart, ...input.neighbours.keptApart] },
    own: input.units
      .filter((unit) => !placing.has(unit.ordinal))
      .map(({ name, machineId }) => ({ service, name, at: machines.get(machineId) ?? { id: machineId, rack: null, zone: null } })),
    neighbours: input.neighbours.units,
  }
}

export const noCapacity = (placement: PlacementFacts, placing: Placing): PlanRefused => ({
  ok: false,
  code: 'no_capacity',
  message: `${placing.missing} of the units fit on no machine of ${placement.runtimeName}.`,
  details: { runtime: placement.runtimeName, missing: placing.missing, machines: placing.notChosen },
})
