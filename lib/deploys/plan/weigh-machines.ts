import type { NeighbourRule, PlaceKind, PlacementRules } from '@/lib/services/rule-views'
import type { Sentence } from '@/lib/views'
import type { MachineFacts } from './plan-types'

/** Where something stands: a rack is one of its zone, for `r1` is in each of them. */
export interface Spot {
  readonly id: string
  readonly rack: string | null
  readonly zone: string | null
}

/** A unit and where it is. */
export interface UnitAt {
  readonly service: string
  readonly name: string
  readonly at: Spot
}

/** What the rules of a placement say about one machine. */
export interface Weight {
  /** A rule that must hold and does not. */
  readonly whyNot: Sentence | undefined
  /** Rules that would better hold and do not, and the first of them. */
  readonly misses: number
  readonly missing: Sentence | undefined
  /** The first wish for a neighbour that holds. */
  readonly near: Sentence | undefined
}

export const light: Weight = { whyNot: undefined, misses: 0, missing: undefined, near: undefined }

/** Null: nobody has said where it stands. */
export function placeOf({ id, rack, zone }: Spot, kind: PlaceKind): string | null {
  if (kind === 'machine') return id
  return kind === 'zone' ? zone : rack && `${zone ?? ''}/${rack}`
}

/** Which unit of a service is in which place, one for each. */
type Places = ReadonlyMap<string, string>

function placesOf(units: readonly UnitAt[], { service, on }: NeighbourRule): Places {
  const places = new Map<string, string>()
  for (const unit of units) {
    const place = unit.service === service ? placeOf(unit.at, on) : null
    if (place !== null && !places.has(place)) places.set(place, unit.name)
  }
  return places
}

/**
 * The rules of a placement, made ready once for all machines; each machine is then weighed by a few look-ups. A place that
 * nobody has named is near nothing, and apart from nothing either.
 */
export function weighing(rules: PlacementRules, neighbours: readonly UnitAt[]): (machine: MachineFacts) => Weight {
  const labels = Object.entries(rules.labels)
  const near = rules.near.map((rule) => ({ rule, places: placesOf(neighbours, rule) }))
  const apart = rules.apart.map((rule) => ({ rule, places: placesOf(neighbours, rule) }))
  if (labels.length + near.length + apart.length === 0) return () => light
  return (machine) => {
    const lacking = labels.find(([name, value]) => machine.labels[name] !== value)
    if (lacking) return { ...light, whyNot: { code: 'lacks_label', values: { label: lacking.join('=') } } }
    const broken = [
      ...near.flatMap(({ rule, places }) => {
        const place = placeOf(machine, rule.on)
        return place !== null && places.has(place) ? [] : [{ rule, says: notNear(rule) }]
      }),
      ...apart.flatMap(({ rule, places }) => {
        const place = placeOf(machine, rule.on)
        if (place === null) return [{ rule, says: unplaced(rule) }]
        const unit = places.get(place)
        return unit ? [{ rule, says: notApart(rule, unit) }] : []
      }),
    ]
    const must = broken.find(({ rule }) => rule.required)
    if (must) return { ...light, whyNot: must.says }
    const kept = near.find(({ rule, places }) => places.has(placeOf(machine, rule.on) ?? ''))
    return {
      whyNot: undefined,
      misses: broken.length,
      missing: broken[0]?.says,
      near: kept && { code: `near_on_${kept.rule.on}`, values: { unit: kept.places.get(placeOf(machine, kept.rule.on) ?? '') ?? '' } },
    }
  }
}

const notNear = ({ service, on }: NeighbourRule): Sentence => ({ code: `not_near_on_${on}`, values: { service } })
const notApart = ({ on }: NeighbourRule, unit: string): Sentence => ({ code: `same_${on}_as`, values: { unit } })
const unplaced = ({ on }: NeighbourRule): Sentence => ({ code: `no_${on}_said`, values: {} })
