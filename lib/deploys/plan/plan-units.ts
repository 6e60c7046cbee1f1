import { deployKinds } from '@/lib/deploys/deploy-lifecycle'
import { type ChangeEffect, type PlacedUnit, type ReleaseFacts, resourcesOf, type UnitContentPlan } from '@/lib/drivers/driver'
import type { StepCopy } from './copy-data'
import type { Placed } from './place-units'
import type { PlacementFacts, PlanInput, Resources, UnitBefore } from './plan-types'

/** What shall become of one unit. */
export interface UnitStep {
  /** `move`: stopped where it is, then made again elsewhere. */
  readonly action: 'create' | 'move' | 'change' | 'restart' | 'stop' | 'start' | 'remove' | 'relate'
  readonly placement: PlacementFacts
  readonly unit: PlacedUnit
  readonly before: UnitBefore | null
  readonly release: ReleaseFacts | null
  readonly content: UnitContentPlan | null
  readonly effect: ChangeEffect
  /** Fetch the package first: the machine may not have it. */
  readonly fetch: boolean
  /** Another size than the unit has where it is; null = the same, or it comes to be. */
  readonly resize: Resources | null
  /** What of a unit that moves is copied to its new place; null = it has no data of its own. */
  readonly copy?: StepCopy | null
}

/** The release a placement shall have when the record succeeded. */
export const targetRelease = (input: PlanInput, placement: Pick<PlacementFacts, 'releaseId'>): string | null =>
  input.kind === 'remove' ? null : (input.toReleaseId ?? placement.releaseId)

export const targetCount = (input: PlanInput, placement: Pick<PlacementFacts, 'id' | 'count'>): number =>
  input.kind === 'remove' ? 0 : (input.counts[placement.id] ?? placement.count)

export const unitsOf = (input: PlanInput, placement: PlacementFacts): UnitBefore[] =>
  input.units.filter((unit) => unit.placementId === placement.id).sort((a, b) => a.ordinal - b.ordinal)

/** Scale-in takes units in error first, then the highest ordinals. */
export function surplusOf(input: PlanInput, placement: PlacementFacts): UnitBefore[] {
  const units = unitsOf(input, placement)
  if (input.unitNames) return []
  const surplus = units.length - targetCount(input, placement)
  if (surplus <= 0) return []
  const order = [...units].sort((a, b) => Number(b.state === 'error') - Number(a.state === 'error') || b.ordinal - a.ordinal)
  return order.slice(0, surplus)
}

/** The lowest numbers no living unit of the stage has. */
export function freeOrdinals(units: readonly UnitBefore[], count: number): number[] {
  const taken = new Set(units.map((unit) => unit.ordinal))
  const free: number[] = []
  for (let ordinal = 0; free.length < count; ordinal++) if (!taken.has(ordinal)) free.push(ordinal)
  return free
}

export function createStep(input: PlanInput, placement: PlacementFacts, release: ReleaseFacts, placed: Placed): UnitStep {
  const unit: PlacedUnit = {
    name: `${input.service.name}/${placed.ordinal}`,
    ordinal: placed.ordinal,
    machineId: placed.machine.id,
    machineName: placed.machine.name,
    address: placed.machine.address,
    ports: placed.ports,
  }
  const content = placement.driver.render(input.service, release, unit)
  return { action: 'create', placement, unit, before: null, release, content, effect: 'upgrade', fetch: true, resize: null }
}

/** Takes a place of its own at another machine. */
export const isPlaced = ({ action }: UnitStep): boolean => action === 'create' || action === 'move'

/** What an existing unit needs, or null when it already is as wanted. */
export function stepFor(input: PlanInput, placement: PlacementFacts, before: UnitBefore): UnitStep | null {
  const { kind } = input
  const carries = deployKinds[kind].carriesRelease || kind === 'repair' || kind === 'failover'
  if (input.unitNames && !input.unitNames.includes(before.name)) return null
  // Held units are left alone; only what runs is still told of others.
  if (before.held && !deployKinds[kind].carriesRelease && !(kind === 'relate' && before.state === 'running')) return null
  const releaseId = carries ? targetRelease(input, placement) : (before.releaseId ?? placement.releaseId)
  const release = releaseId ? (input.releases.get(releaseId) ?? null) : null
  if (!release) return null
  const content = placement.driver.render(input.service, release, before)
  const base = { placement, unit: before, before, release, content, fetch: false, resize: null }
  if (kind === 'relate') return before.state === 'error' ? null : { ...base, action: 'relate', effect: 'none' }
  if (kind === 'restart') return { ...base, action: 'restart', effect: 'restart' }
  if (kind === 'stop') return before.state === 'stopped' ? null : { ...base, action: 'stop', effect: 'restart' }
  if (kind === 'start') return before.state === 'stopped' ? { ...base, action: 'start', effect: 'restart' } : null
  if (!carries && kind !== 'resize') return null
  const broken = before.state === 'error' || before.held
  if (!broken && before.contentDigest === content.digest) return null
  const text = before.contentDigest ? input.contents.get(before.contentDigest) : undefined
  // A unit in error goes the whole way, whatever little the change would be.
  const effect = broken || text === undefined ? 'upgrade' : placement.driver.effectOf(text, content.text)
  return { ...base, action: 'change', effect, fetch: effect === 'upgrade', resize: resizeOf(input, before, release) }
}

function resizeOf({ service }: PlanInput, { resources: has }: UnitBefore, release: ReleaseFacts): Resources | null {
  const wanted = resourcesOf(service, release)
  return has && (Object.keys(wanted) as (keyof Resources)[]).some((key) => wanted[key] !== has[key]) ? wanted : null
}

export const removeStep = (placement: PlacementFacts, before: UnitBefore): UnitStep => ({
  action: 'remove',
  placement,
  unit: before,
  before,
  release: null,
  content: null,
  effect: 'restart',
  fetch: false,
  resize: null,
})
