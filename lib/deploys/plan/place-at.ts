import { resourcesOf } from '@/lib/drivers/driver'
import { type Ask, type Place, type Placing, placeUnits, rankPlaces } from './place-units'
import type { PlacementFacts, PlanInput, PlanRefused } from './plan-types'
import { targetRelease } from './plan-units'

/** Which unit, and what its place is bound to. */
export type Wanted = Pick<Ask, 'ordinal' | 'machineId' | 'from'>

/** Places for these units on the machines of their placement; undefined = there is nothing to place. */
export function placeAt(input: PlanInput, placement: PlacementFacts, wanted: readonly Wanted[]): Placing | undefined {
  const question = questionOf(input, placement, wanted)
  return question && wanted.length > 0 ? placeUnits(question.asks, question.machines, question.mine) : undefined
}

/** Every machine of the placement for one unit: the best first, then those that cannot take it, and why. */
export function placesFor(input: PlanInput, placement: PlacementFacts, wanted: Wanted): Place[] {
  const question = questionOf(input, placement, [wanted])
  const [ask] = question?.asks ?? []
  return question && ask ? rankPlaces(ask, question.machines, question.mine) : []
}

function questionOf(input: PlanInput, placement: PlacementFacts, wanted: readonly Wanted[]) {
  const release = input.releases.get(targetRelease(input, placement) ?? '')
  const component = release?.manifest.components.find((one) => one.name === input.service.component)
  if (!component) return undefined
  const mine = new Map<string, number>()
  for (const unit of input.units) mine.set(unit.machineId, (mine.get(unit.machineId) ?? 0) + 1)
  const resources = resourcesOf(input.service, release ?? null)
  return {
    asks: wanted.map((one): Ask => ({ ...one, resources, ports: component.ports })),
    machines: input.machines.filter((machine) => machine.runtimeId === placement.runtimeId),
    mine,
  }
}

export const noCapacity = (placement: PlacementFacts, placing: Placing): PlanRefused => ({
  ok: false,
  code: 'no_capacity',
  message: `${placing.missing} of the units fit on no machine of ${placement.runtimeName}.`,
  details: { runtime: placement.runtimeName, missing: placing.missing, machines: placing.notChosen },
})
