import type { z } from 'zod'
import type { StayingUnitSchema } from '@/lib/deploys/plan-views'
import { type MovingComponent, ownFolders, type StayCode, whyNotMove, whyNotMoveNow } from '@/lib/deploys/why-stays'
import { copyOf, sizeOf, whyNotCopy } from './copy-data'
import { isDaemon } from './daemons'
import { noCapacity, placeAt } from './place-at'
import type { Placing } from './place-units'
import type { PlacementFacts, PlanInput, PlanRefused, UnitBefore } from './plan-types'
import { createStep, removeStep, type UnitStep, unitsOf } from './plan-units'

interface Moves {
  readonly steps: readonly UnitStep[]
  readonly placings: readonly Placing[]
}

/** Units are made again elsewhere under the identity they had; their old machine counts as no place. */
export function moveUnits(input: PlanInput): Moves | PlanRefused {
  const staying = input.isAsked ? whoStays(input) : []
  if (staying.length > 0) return theyStay(staying)
  const bound = whoIsBound(input)
  const steps: UnitStep[] = []
  const placings: Placing[] = []
  for (const placement of input.placements) {
    const going = unitsOf(input, placement).filter((unit) => mayGo(input, unit) && !bound.some(({ unitName }) => unitName === unit.name))
    if (isDaemon(input, placement)) {
      // There is one on each machine already: elsewhere there is no place for it.
      steps.push(...going.map((unit) => removeStep(placement, unit)))
      continue
    }
    const { machineId } = input
    const placing = placeAt(
      input,
      placement,
      going.map((unit) => ({ ordinal: unit.ordinal, from: unit.machineId, machineId, copyMib: copyMib(input, unit) })),
    )
    if (!placing) continue
    if (placing.missing > 0) return machineId ? notThere(input, placement, placing) : noCapacity(placement, placing)
    placings.push(machineId ? asAsked(placing) : placing)
    steps.push(...placing.placed.flatMap((placed) => againElsewhere(input, placement, placed, going)))
  }
  return steps.length === 0 && bound.length > 0 ? theyStay(bound) : { steps, placings }
}

const isNamed = ({ unitNames }: PlanInput, unit: UnitBefore): boolean => unitNames?.includes(unit.name) ?? false

/** What may go: of a lost machine all that has run; of one that answers only what runs and is in nobody's hands. */
const mayGo = (input: PlanInput, unit: UnitBefore): boolean =>
  isNamed(input, unit) &&
  (input.kind === 'failover' ? unit.state !== 'error' : whyNotMoveNow({ component: componentOf(input, unit), unit }) === undefined)

const copyMib = (input: PlanInput, unit: UnitBefore): number | undefined => {
  const component = componentOf(input, unit)
  return input.kind === 'migrate' && ownFolders(component).length > 0 ? sizeOf(input, unit, component).mib : undefined
}

const unknown: MovingComponent = { mode: 'replicated', data: [] }

const componentOf = (input: PlanInput, { releaseId }: UnitBefore): MovingComponent =>
  input.releases.get(releaseId ?? '')?.manifest.components.find((one) => one.name === input.service.component) ?? unknown

type Staying = z.infer<typeof StayingUnitSchema>

/** Of what a person named: who does not move, and why. */
function whoStays(input: PlanInput): Staying[] {
  const silent = new Set(input.machines.filter(({ whyNot }) => whyNot?.code === 'machine_not_heard').map(({ id }) => id))
  return thoseNamed(input, (unit, component) => {
    const code = whyNotMove({ component, unit, isSilent: silent.has(unit.machineId) })
    return code ?? whyNotCopy(input, unit, component)
  })
}

/** Of what may go: whose data cannot be copied. */
const whoIsBound = (input: PlanInput): Staying[] =>
  thoseNamed(input, (unit, component) => (mayGo(input, unit) ? whyNotCopy(input, unit, component) : undefined))

const thoseNamed = (input: PlanInput, why: (unit: UnitBefore, component: MovingComponent) => StayCode | undefined): Staying[] =>
  input.units
    .filter((unit) => isNamed(input, unit))
    .flatMap((unit): Staying[] => {
      const code = why(unit, componentOf(input, unit))
      return code ? [{ unitName: unit.name, why: { code: `stays_${code}`, values: {} } }] : []
    })

const theyStay = (staying: readonly Staying[]): PlanRefused => ({
  ok: false,
  code: 'plan_refused',
  message: `${staying.map((one) => one.unitName).join(', ')} cannot be moved now.`,
  details: { reason: 'units_stay', units: staying },
})

/** Only the machine that was named has to say why. */
function notThere(input: PlanInput, placement: PlacementFacts, placing: Placing): PlanRefused {
  const name = input.machines.find((machine) => machine.id === input.machineId)?.name
  const refused = noCapacity(placement, placing)
  if (!name) return refused
  const own = placing.notChosen.filter((one) => one.machineName === name)
  const machines = own.length > 0 ? own : [{ machineName: name, why: { code: 'in_other_pool', values: { pool: placement.runtimeName } } }]
  return { ...refused, message: `${name} cannot take it.`, details: { ...refused.details, machines } }
}

const asAsked = (placing: Placing): Placing => ({
  ...placing,
  placed: placing.placed.map((placed) => ({ ...placed, why: { code: 'was_named', values: {} } })),
  notChosen: [],
})

/** It takes the release it last ran. */
function againElsewhere(
  input: PlanInput,
  placement: PlacementFacts,
  placed: Placing['placed'][number],
  going: readonly UnitBefore[],
): UnitStep[] {
  const before = going.find((unit) => unit.ordinal === placed.ordinal)
  const release = input.releases.get(before?.releaseId ?? placement.releaseId ?? '')
  if (!release || !before) return []
  const made = createStep(input, placement, release, placed)
  if (input.kind !== 'migrate') return [made]
  return [{ ...made, action: 'move', before, copy: made.content && copyOf(input, before, componentOf(input, before), made.content) }]
}
