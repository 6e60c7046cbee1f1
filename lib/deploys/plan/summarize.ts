import type { PlanSummary } from '@/lib/deploys/plan-views'
import type { Sentence } from '@/lib/views'
import type { Placing } from './place-units'
import type { PlanInput, PlannedTarget, PlannedTask } from './plan-types'
import type { UnitStep } from './plan-units'
import { type WorkloadStep, wantedOf } from './plan-workloads'

interface Parts {
  readonly steps: readonly UnitStep[]
  readonly workloads: readonly WorkloadStep[]
  readonly targets: readonly PlannedTarget[]
  readonly tasks: readonly PlannedTask[]
  readonly placings: readonly Placing[]
}

/** What people read before they decide. Beside the hash: it says nothing that the document does not. */
export function summarize(input: PlanInput, { steps, workloads, targets, tasks, placings }: Parts): PlanSummary {
  const count = (action: UnitStep['action']) => steps.filter((step) => step.action === action).length + podsOf(input, workloads, action)
  const restarted = tasks.filter((task) => task.disruptive).length
  const machines = new Map(steps.map((step) => [step.unit.machineId, step.unit.machineName]))
  return {
    counts: {
      create: count('create'),
      change: count('change') + count('stop') + count('start'),
      restart: restarted + podsOf(input, workloads, 'restart') + podsOf(input, workloads, 'relate'),
      replace: count('move'),
      remove: count('remove'),
    },
    tasks: tasks.length,
    layers: Math.max(0, ...tasks.map((task) => task.layer)),
    estimateMs: null,
    rolling: restarted > 0 ? { maxUnavailable: input.maxUnavailable, units: input.units.length } : null,
    machines: [...machines].map(([id, name]) => ({ id, name })),
    runtimes: [...input.placements, ...input.clusters].map((placement) => ({
      id: placement.runtimeId,
      name: placement.runtimeName,
      kind: placement.runtimeKind,
      environment: placement.environment,
    })),
    dependents: [...input.consumers],
    undo: undoOf(input, targets),
    onFailure: input.onFailure,
    dataLost: dataLost(input, steps),
    warnings: warnings(input, steps),
    placed: placings.flatMap((placing) => placing.placed.map((placed) => placedView(input, placed))),
    notChosen: placings.flatMap((placing) => [...placing.notChosen]),
  }
}

/** Of a placement that is handed over as a whole every pod counts: as many as there will be, or were. */
const podsOf = (input: PlanInput, steps: readonly WorkloadStep[], action: string): number =>
  steps
    .filter((step) => step.action === action)
    .reduce((sum, { placement }) => sum + (action === 'remove' ? placement.count : wantedOf(input, placement).count), 0)

function placedView(
  input: PlanInput,
  { ordinal, machine, ports, why, freeAfter }: Placing['placed'][number],
): PlanSummary['placed'][number] {
  const percent = (free: number, capacity: number) => (capacity > 0 ? Math.round((1 - free / capacity) * 100) : null)
  return {
    unitName: `${input.service.name}/${ordinal}`,
    machineName: machine.name,
    port: Object.values(ports)[0] ?? null,
    cpuAfter: percent(freeAfter.cpuMillis, machine.capacity.cpuMillis),
    memoryAfter: percent(freeAfter.memoryMib, machine.capacity.memoryMib),
    why,
  }
}

function undoOf(input: PlanInput, targets: readonly PlannedTarget[]): PlanSummary['undo'] {
  if (input.kind === 'remove' || input.kind === 'accept') return { how: 'none', to: null }
  if (input.kind === 'stop') return { how: 'start', to: null }
  if (input.kind === 'scale') return { how: 'scale_back', to: null }
  if (input.kind === 'resize') return { how: 'resize_back', to: null }
  if (input.kind === 'migrate') return { how: 'move_back', to: null }
  const from = input.releases.get(targets.find((target) => target.fromReleaseId)?.fromReleaseId ?? '')
  if (!from) return { how: input.kind === 'install' || input.kind === 'route' ? 'remove' : 'none', to: null }
  return { how: 'roll_back', to: { id: from.id, number: from.number, version: from.package.version } }
}

function dataLost(input: PlanInput, steps: readonly UnitStep[]): PlanSummary['dataLost'] {
  return steps
    .filter((step) => step.action === 'remove' && step.before?.releaseId)
    .flatMap((step) => {
      const release = input.releases.get(step.before?.releaseId ?? '')
      const component = release?.manifest.components.find((one) => one.name === input.service.component)
      const lost = (component?.data ?? []).filter((data) => !data.keep || !input.keepData)
      return lost.map((data) => ({ unitName: step.unit.name, path: data.path, sizeMib: data.sizeMib || null }))
    })
}

function warnings(input: PlanInput, steps: readonly UnitStep[]): Sentence[] {
  const held = input.units.filter((unit) => unit.held)
  const changed = new Set(steps.map((step) => step.unit.name))
  const left = held.filter((unit) => !changed.has(unit.name))
  const list: Sentence[] = [...copying(steps), ...moving(input, steps)]
  if (left.length > 0)
    list.push({ code: 'held_units_left', values: { count: left.length, units: left.map((unit) => unit.name).join(', ') } })
  const down = steps.filter((step) => step.before && step.before.state !== 'running' && step.before.state !== 'stopped')
  if (down.length > 0) list.push({ code: 'units_not_running', values: { count: down.length } })
  return list
}

/** How long a unit stands still is what people want to know of its move. */
const copying = (steps: readonly UnitStep[]): Sentence[] =>
  steps.flatMap(({ unit, copy }) =>
    copy
      ? [
          {
            code: copy.isMeasured ? 'copies_data' : 'copies_data_said',
            values: { unit: unit.name, mib: copy.mib, machine: unit.machineName },
          },
        ]
      : [],
  )

/** With more than one unit the others serve meanwhile; with one alone nobody does. */
function moving(input: PlanInput, steps: readonly UnitStep[]): Sentence[] {
  const moved = steps.filter((step) => step.action === 'move')
  return moved.length > 0 && input.units.length === 1 ? [{ code: 'moves_with_gap', values: { unit: moved[0]?.unit.name ?? '' } }] : []
}
