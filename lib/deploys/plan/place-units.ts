import { hostOf } from '@/lib/machines/machine-facts'
import { noRules, type PlacementRules } from '@/lib/services/rule-views'
import type { Sentence } from '@/lib/views'
import type { MachineFacts, Resources } from './plan-types'
import { placeOf, type UnitAt, type Weight, weighing } from './weigh-machines'

export interface Ask {
  readonly ordinal: number
  readonly resources: Resources
  readonly ports: readonly { readonly name: string; readonly default: number }[]
  /** On this machine or nowhere. */
  readonly machineId?: string | undefined
  /** Where it is and shall not be again. */
  readonly from?: string
  /** How much data come along with it; missing = none. */
  readonly copyMib?: number | undefined
}

export interface Placed {
  readonly ordinal: number
  readonly machine: MachineFacts
  readonly ports: Record<string, number>
  readonly why: Sentence
  /** What the machine has left once this unit is there. */
  readonly freeAfter: Resources
}

export interface Placing {
  readonly placed: readonly Placed[]
  /** Per machine, why it was not chosen: for people when it fits nowhere, and for the review. */
  readonly notChosen: readonly { readonly machineName: string; readonly why: Sentence }[]
  /** Units that fit nowhere. */
  readonly missing: number
}

/** A machine for one unit: its reason, if it cannot take it. */
export interface Place {
  readonly machine: MachineFacts
  readonly whyNot: Sentence | undefined
}

/** Whom the units go to. */
export interface Company {
  readonly service: string
  readonly rules: PlacementRules
  /** Units of the service that stay. */
  readonly own: readonly UnitAt[]
  /** Units of the services that the rules name. */
  readonly neighbours: readonly UnitAt[]
}

export const alone: Company = { service: '', rules: noRules, own: [], neighbours: [] }

/** The machines that count as one place for the spread: how many units of the service are there, and one of them. */
interface Group {
  readonly place: string | null
  mine: number
  unit: string | undefined
}

interface Room {
  readonly machine: MachineFacts
  readonly group: Group
  readonly weight: Weight
  free: Resources
  readonly taken: Set<number>
  mine: number
  all: number
}

/** Nobody reads why each of five thousand machines was not chosen. */
const mostReasons = 100

const kinds = ['cpuMillis', 'memoryMib', 'diskMib'] as const

/** Ports that programs without privileges may have. */
const lowestPort = 1024
const highestPort = 65_535

/**
 * Chooses machines: where most wishes hold first, then the place with the fewest units of this service, then the machine with the
 * fewest, then fewest units, then most free memory, then name. Same rows, same answer; the caller holds the pool's lock while it
 * reserves.
 */
export function placeUnits(asks: readonly Ask[], machines: readonly MachineFacts[], company: Company = alone): Placing {
  const rooms = roomsOf(machines, company)
  const placed: Placed[] = []
  for (const ask of asks) {
    const best = bestFor(rooms, ask)
    if (!best) continue
    placed.push(take(best, ask, company))
  }
  const used = new Set(placed.map((one) => one.machine.id))
  // Where something finds no room, the machines that were filled up say so too.
  const roomAt = new Map(rooms.map((room) => [room.machine.id, room]))
  const notChosen = machines
    .filter((machine) => placed.length < asks.length || !used.has(machine.id))
    .slice(0, mostReasons)
    .map((machine) => ({ machineName: machine.name, why: machine.whyNot ?? reason(roomAt.get(machine.id), asks[0], company) }))
  return { placed, notChosen, missing: asks.length - placed.length }
}

function roomsOf(machines: readonly MachineFacts[], company: Company): Room[] {
  const taken = new Map<string, Set<number>>()
  for (const machine of machines) {
    const ports = taken.get(hostOf(machine)) ?? new Set()
    for (const port of machine.takenPorts) ports.add(port)
    taken.set(hostOf(machine), ports)
  }
  const mine = new Map<string, number>()
  for (const { at } of company.own) mine.set(at.id, (mine.get(at.id) ?? 0) + 1)
  const groups = groupsOf(machines, company)
  const weigh = weighing(company.rules, company.neighbours)
  return machines
    .filter((machine) => !machine.whyNot)
    .map((machine) => ({
      machine,
      group: groups.get(placeOf(machine, company.rules.spread)) ?? { place: null, mine: 0, unit: undefined },
      weight: weigh(machine),
      free: {
        cpuMillis: machine.capacity.cpuMillis - machine.used.cpuMillis,
        memoryMib: machine.capacity.memoryMib - machine.used.memoryMib,
        diskMib: machine.capacity.diskMib - machine.used.diskMib,
      },
      taken: taken.get(hostOf(machine)) ?? new Set(),
      mine: mine.get(machine.id) ?? 0,
      all: machine.units,
    }))
}

/** Machines of which nobody has said where they stand are one place. */
function groupsOf(machines: readonly MachineFacts[], { rules, own }: Company): Map<string | null, Group> {
  const groups = new Map<string | null, Group>()
  const groupAt = (place: string | null): Group => {
    const known = groups.get(place)
    if (known) return known
    const group: Group = { place, mine: 0, unit: undefined }
    groups.set(place, group)
    return group
  }
  for (const machine of machines) groupAt(placeOf(machine, rules.spread))
  for (const unit of own) {
    const group = groupAt(placeOf(unit.at, rules.spread))
    group.mine++
    group.unit ??= unit.name
  }
  return groups
}

/** All machines for one unit: those that can take it in the order they would be chosen in, then the others by name. */
export function rankPlaces(ask: Ask, machines: readonly MachineFacts[], company: Company = alone): Place[] {
  const rooms = roomsOf(machines, company)
  const fitting = rooms.filter((room) => !whyNotFit(room, ask)).sort(byRoom)
  const fits = new Set(fitting.map((room) => room.machine.id))
  const roomAt = new Map(rooms.map((room) => [room.machine.id, room]))
  const others = machines.filter((machine) => !fits.has(machine.id))
  return [
    ...fitting.map(({ machine }) => ({ machine, whyNot: undefined })),
    ...others.map((machine) => ({ machine, whyNot: machine.whyNot ?? reason(roomAt.get(machine.id), ask, company) })),
  ]
}

/** One look at each: pools have thousands of machines, and a plan may ask a thousand times. */
function bestFor(rooms: readonly Room[], ask: Ask): Room | undefined {
  let best: Room | undefined
  for (const room of rooms) {
    if ((ask.machineId ?? room.machine.id) !== room.machine.id || (best && byRoom(room, best) >= 0) || whyNotFit(room, ask)) continue
    best = room
  }
  return best
}

const byRoom = (a: Room, b: Room): number =>
  a.weight.misses - b.weight.misses ||
  a.group.mine - b.group.mine ||
  a.mine - b.mine ||
  a.all - b.all ||
  b.free.memoryMib - a.free.memoryMib ||
  a.machine.name.localeCompare(b.machine.name)

function whyNotFit(room: Room, ask: Ask): Sentence | undefined {
  if (ask.from === room.machine.id) return { code: 'unit_is_there', values: {} }
  if (ask.copyMib !== undefined && room.machine.isTooOldToCopy) return { code: 'agent_too_old', values: {} }
  if (room.weight.whyNot) return room.weight.whyNot
  for (const kind of kinds) {
    const needs = needOf(ask, kind)
    if (needs > room.free[kind]) return { code: `no_${kind}`, values: { needs, free: Math.max(0, room.free[kind]) } }
  }
  // Few machines have so many that looking at each would pay.
  if (highestPort - lowestPort + 1 - room.taken.size < ask.ports.length) return { code: 'no_port', values: {} }
  return undefined
}

/** The next free one; after the highest it goes on with the lowest. */
function freePort(taken: ReadonlySet<number>, from: number): number {
  let port = from
  while (taken.has(port)) port = port >= highestPort ? lowestPort : port + 1
  return port
}

/** What it brings along takes its room, whatever its package says. */
const needOf = ({ resources, copyMib = 0 }: Ask, kind: (typeof kinds)[number]): number =>
  kind === 'diskMib' ? Math.max(resources.diskMib, copyMib) : resources[kind]

function reason(room: Room | undefined, ask: Ask | undefined, { rules }: Company): Sentence {
  const others: Sentence = { code: 'others_had_more_room', values: {} }
  if (!room || !ask) return others
  const { group, weight } = room
  const shared = rules.spread !== 'machine' && group.place !== null && group.unit
  return (
    whyNotFit(room, ask) ?? weight.missing ?? (shared ? { code: `same_${rules.spread}_as`, values: { unit: group.unit ?? '' } } : others)
  )
}

function whyHere({ group, weight, mine, all }: Room, { rules }: Company): Sentence {
  if (weight.missing) return { code: 'least_missing', values: { count: weight.misses } }
  if (weight.near) return weight.near
  if (rules.spread !== 'machine' && group.place !== null)
    return { code: `fewest_in_${rules.spread}`, values: { units: group.mine, place: group.place.split('/').at(-1) ?? '' } }
  return mine === 0 ? { code: 'no_unit_of_this_service', values: {} } : { code: 'fewest_units', values: { units: all } }
}

function take(room: Room, ask: Ask, company: Company): Placed {
  const why = whyHere(room, company)
  const ports: Record<string, number> = {}
  for (const port of ask.ports) {
    const number = freePort(room.taken, port.default)
    room.taken.add(number)
    ports[port.name] = number
  }
  room.free = {
    cpuMillis: room.free.cpuMillis - ask.resources.cpuMillis,
    memoryMib: room.free.memoryMib - ask.resources.memoryMib,
    diskMib: room.free.diskMib - needOf(ask, 'diskMib'),
  }
  room.mine++
  room.all++
  room.group.mine++
  room.group.unit ??= `${company.service}/${ask.ordinal}`
  return { ordinal: ask.ordinal, machine: room.machine, ports, why, freeAfter: room.free }
}
