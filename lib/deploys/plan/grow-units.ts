import type { Sentence } from '@/lib/views'
import type { MachineFacts, PlanInput, PlannedReservation, PlanRefused, Resources } from './plan-types'
import type { UnitStep } from './plan-units'

const kinds = ['cpuMillis', 'memoryMib', 'diskMib'] as const

/** Room that a unit needs where it is, beyond what it has; what it gives back comes free when it has done so. */
function growthOf({ resize, before }: UnitStep): Resources | null {
  const has = before?.resources
  if (!resize || !has) return null
  const more = (kind: keyof Resources) => Math.max(0, resize[kind] - has[kind])
  const growth = { cpuMillis: more('cpuMillis'), memoryMib: more('memoryMib'), diskMib: more('diskMib') }
  return kinds.some((kind) => growth[kind] > 0) ? growth : null
}

/** Promised to the record until it ends, so that nobody else is given this room meanwhile. */
export function growths(steps: readonly UnitStep[]): PlannedReservation[] {
  return steps.flatMap((step) => {
    const resources = growthOf(step)
    const { name, ordinal, machineId } = step.unit
    return resources ? [{ unitName: name, placementId: step.placement.id, ordinal, machineId, ports: {}, resources }] : []
  })
}

/** Units stay where they are: a machine on which they do not fit any more refuses the whole change. */
export function lacksRoom({ machines }: PlanInput, steps: readonly UnitStep[]): PlanRefused | undefined {
  const asked = growths(steps)
  const full = machines.flatMap((machine) => {
    const mine = asked.filter((one) => one.machineId === machine.id)
    const why = whyNoRoom(machine, mine)
    return why ? [{ machineName: machine.name, why, missing: mine.length }] : []
  })
  if (full.length === 0) return undefined
  const missing = full.reduce((sum, one) => sum + one.missing, 0)
  const message = `${missing} of the units would not fit any more on the machine they are on.`
  return {
    ok: false,
    code: 'no_capacity',
    message,
    details: { missing, machines: full.map(({ machineName, why }) => ({ machineName, why })) },
  }
}

function whyNoRoom({ capacity, used }: MachineFacts, asked: readonly PlannedReservation[]): Sentence | undefined {
  for (const kind of kinds) {
    const needs = asked.reduce((sum, { resources }) => sum + resources[kind], 0)
    const free = Math.max(0, capacity[kind] - used[kind])
    if (needs > free) return { code: `no_${kind}`, values: { needs, free } }
  }
  return undefined
}
