import { copySilenceMs } from './copy-data'
import type { PlanInput, PlannedTask } from './plan-types'
import type { UnitStep } from './plan-units'

type Draft = Omit<PlannedTask, 'index' | 'layer'>

const minute = 60_000

/** Hooks and stops have limits of their own; a task's deadline is their sum and some time for the wire. */
function switchTimeout({ release, before }: UnitStep, service: PlanInput['service']): number {
  const component = release?.manifest.components.find((one) => one.name === service.component)
  const hooks = Object.values(component?.hooks ?? {}).reduce((sum, hook) => sum + (hook ? seconds(hook.timeout) : 0), 0)
  return (hooks + (before ? 30 : 0)) * 1000 + 2 * minute
}

function checkTimeout({ release }: UnitStep, service: PlanInput['service']): number {
  const check = release?.manifest.components.find((one) => one.name === service.component)?.hooks.check
  if (!check) return minute
  return (seconds(check.every) + seconds(check.timeout)) * (check.failures + 2) * 1000 + minute
}

const perUnit = { ms: 0.001, s: 1, m: 60, h: 3600 } as const
const seconds = (duration: string): number => {
  const unit = duration.endsWith('ms') ? 'ms' : (duration.at(-1) as 's' | 'm' | 'h')
  return Number.parseInt(duration, 10) * perUnit[unit]
}

const verbs = {
  create: 'switch',
  move: 'switch',
  change: 'switch',
  restart: 'restart',
  stop: 'stop',
  start: 'start',
  remove: 'remove',
  relate: 'relate',
} as const

const afterwards = ['installed', 'ready', 'running']

/** A unit that serves and will be disturbed. What is live or reloaded, what never served and what goes on purpose costs nothing. */
const disturbs = (step: UnitStep): boolean =>
  step.before !== null &&
  !['none', 'live', 'reload'].includes(step.effect) &&
  // Its stop is what a move takes away; from there on it is missing anyway.
  !['start', 'stop', 'remove', 'relate', 'move'].includes(step.action) &&
  step.before.state !== 'stopped'

/** One after the other, so that the first failure stops the rest: all that is changed on a unit that is there. */
const rollsOn = (step: UnitStep): boolean =>
  disturbs(step) || step.action === 'move' || (step.action === 'change' && ['live', 'reload'].includes(step.effect))

interface Built {
  readonly tasks: Draft[]
  /** Index of the last task of this step, for what must wait for it. */
  readonly last: number
  readonly first: number
}

/**
 * The graph: packages are fetched first and all at once; a change of one unit waits for the check of the unit
 * `maxUnavailable` before it; creations run in parallel; removals come last.
 */
export function makeTasks(input: PlanInput, steps: readonly UnitStep[]): PlannedTask[] {
  const drafts: Draft[] = []
  const rolling: number[] = []
  const fetchOf = new Map<string, number>()
  const ordered = [...steps].sort(byUrgency)
  for (const step of ordered.filter((one) => one.fetch)) fetchOf.set(step.unit.name, addFetch(drafts, step))
  for (const step of ordered.filter((one) => one.action !== 'remove')) {
    const rolls = rollsOn(step)
    const waits = [fetchOf.get(step.unit.name), rolls ? rolling[rolling.length - input.maxUnavailable] : undefined]
    const dependsOn = waits.filter((index) => index !== undefined)
    const built = addStep(input, drafts, step, step.action === 'move' ? [leave(input, drafts, step, dependsOn)] : dependsOn)
    if (rolls) rolling.push(built.last)
  }
  const before = drafts.flatMap((draft, index) => (draft.verb === 'fetch' ? [] : [index]))
  for (const step of ordered.filter((one) => one.action === 'remove')) {
    const waits = input.consumers.length > 0 ? [addWithdraw(drafts, step, before)] : before
    addStep(input, drafts, step, waits)
  }
  return withLayers(drafts)
}

/** Units that do not serve anyway go first, then by ordinal. */
const byUrgency = (a: UnitStep, b: UnitStep): number => missing(b) - missing(a) || a.unit.ordinal - b.unit.ordinal
const missing = ({ before }: UnitStep): number => Number(before !== null && before.state !== 'running')

function addFetch(drafts: Draft[], step: UnitStep): number {
  const pkg = step.release?.package
  drafts.push({
    verb: 'fetch',
    placementId: step.placement.id,
    unitName: step.unit.name,
    machineId: step.unit.machineId,
    dependsOn: [],
    contentDigest: pkg?.digest ?? null,
    expect: { kind: 'package', digest: pkg?.digest ?? '' },
    params: { sizeBytes: pkg?.sizeBytes ?? 0 },
    disruptive: false,
    timeoutMs: 10 * minute,
  })
  return drafts.length - 1
}

/** Its consumers hear that it goes before it does, but nobody waits for them for ever. */
function addWithdraw(drafts: Draft[], { placement, unit }: UnitStep, dependsOn: number[]): number {
  drafts.push({
    verb: 'withdraw',
    placementId: placement.id,
    unitName: unit.name,
    machineId: null,
    dependsOn,
    contentDigest: null,
    expect: { kind: 'withdrawn' },
    params: {},
    disruptive: false,
    timeoutMs: minute,
  })
  return drafts.length - 1
}

/** A unit that moves is not asked any more where it was, has stopped there, and its data are where it goes, before it is anywhere else. */
function leave(input: PlanInput, drafts: Draft[], step: UnitStep, dependsOn: number[]): number {
  const stop = addStop(input, drafts, step, input.consumers.length > 0 ? [addWithdraw(drafts, step, dependsOn)] : dependsOn)
  return step.copy ? addCopy(drafts, step, stop) : stop
}

/** Packed where they are; then fetched, unpacked and compared where they go. */
function addCopy(drafts: Draft[], { placement, unit, before, copy }: UnitStep, stop: number): number {
  const common = { placementId: placement.id, unitName: unit.name, disruptive: false, timeoutMs: copySilenceMs }
  drafts.push({
    ...common,
    verb: 'copy_out',
    machineId: before?.machineId ?? null,
    dependsOn: [stop],
    contentDigest: copy?.out.digest ?? null,
    expect: { kind: 'data', state: 'packed' },
    params: { to: unit.machineId },
  })
  drafts.push({
    ...common,
    verb: 'copy_in',
    machineId: unit.machineId,
    dependsOn: [drafts.length - 1],
    contentDigest: copy?.in.digest ?? null,
    expect: { kind: 'data', state: 'verified' },
    params: {},
  })
  return drafts.length - 1
}

/** A unit that moves has stopped where it was, by its machine's own word, before another starts it. */
function addStop(input: PlanInput, drafts: Draft[], step: UnitStep, dependsOn: number[]): number {
  drafts.push({
    verb: 'stop',
    placementId: step.placement.id,
    unitName: step.unit.name,
    machineId: step.before?.machineId ?? null,
    dependsOn,
    contentDigest: step.before?.contentDigest ?? null,
    expect: { kind: 'unit', states: ['stopped'], contentDigest: null },
    params: { effect: 'restart', releaseId: step.before?.releaseId ?? null },
    disruptive: true,
    timeoutMs: switchTimeout(step, input.service),
  })
  return drafts.length - 1
}

function addStep(input: PlanInput, drafts: Draft[], step: UnitStep, dependsOn: number[]): Built {
  const verb = verbs[step.action]
  const first = drafts.length
  const states = verb === 'stop' ? ['stopped'] : verb === 'remove' ? ['removed'] : afterwards
  const common = { placementId: step.placement.id, unitName: step.unit.name, machineId: step.unit.machineId }
  if (verb === 'relate') {
    const quiet = { contentDigest: null, params: {}, disruptive: false, timeoutMs: switchTimeout(step, input.service) }
    drafts.push({ ...common, ...quiet, verb, dependsOn, expect: { kind: 'relations' } })
    return { tasks: drafts, first, last: first }
  }
  drafts.push({
    ...common,
    verb,
    dependsOn,
    contentDigest: step.content?.digest ?? null,
    expect: { kind: 'unit', states, contentDigest: verb === 'remove' || verb === 'stop' ? null : (step.content?.digest ?? null) },
    params: {
      effect: step.effect,
      releaseId: step.release?.id ?? null,
      ...(verb === 'remove' ? { keepData: input.keepData } : {}),
      ...(step.resize ? { resize: step.resize } : {}),
    },
    disruptive: disturbs(step),
    timeoutMs: switchTimeout(step, input.service),
  })
  if (verb === 'stop' || verb === 'remove') return { tasks: drafts, first, last: first }
  drafts.push({
    ...common,
    verb: 'check',
    dependsOn: [first],
    contentDigest: null,
    expect: { kind: 'unit', states: ['running'], contentDigest: step.content?.digest ?? null },
    params: {},
    disruptive: false,
    timeoutMs: checkTimeout(step, input.service),
  })
  return { tasks: drafts, first, last: first + 1 }
}

function withLayers(drafts: readonly Draft[]): PlannedTask[] {
  const layers: number[] = []
  return drafts.map((draft, index) => {
    const layer = 1 + Math.max(0, ...draft.dependsOn.map((other) => layers[other] ?? 0))
    layers.push(layer)
    return { ...draft, index, layer }
  })
}
