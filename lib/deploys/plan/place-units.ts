import type { Sentence } from '@/lib/views'
import type { MachineFacts, Resources } from './plan-types'

export interface Ask {
  readonly ordinal: number
  readonly resources: Resources
  readonly ports: readonly { readonly name: string; readonly default: number }[]
  /** On this machine or nowhere. */
  readonly machineId?: string | undefined
  /** Where it is and shall not be again. */
  readonly from?: string
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

interface Room {
  readonly machine: MachineFacts
  free: Resources
  readonly taken: Set<number>
  mine: number
  all: number
}

/** Nobody reads why each of five thousand machines was not chosen. */
const mostReasons = 100

const kinds = ['cpuMillis', 'memoryMib', 'diskMib'] as const

/**
 * Chooses machines: fewest units of this service first, then fewest units, then most free memory, then name. Same rows,
 * same answer; the caller holds the pool's lock while it reserves.
 */
export function placeUnits(asks: readonly Ask[], machines: readonly MachineFacts[], unitsOfService: ReadonlyMap<string, number>): Placing {
  const rooms = roomsOf(machines, unitsOfService)
  const placed: Placed[] = []
  for (const ask of asks) {
    const best = bestFor(rooms, ask)
    if (!best) continue
    placed.push(take(best, ask))
  }
  const used = new Set(placed.map((one) => one.machine.id))
  // Where something finds no room, the machines that were filled up say so too.
  const roomAt = new Map(rooms.map((room) => [room.machine.id, room]))
  const notChosen = machines
    .filter((machine) => placed.length < asks.length || !used.has(machine.id))
    .slice(0, mostReasons)
    .map((machine) => ({ machineName: machine.name, why: machine.whyNot ?? reason(roomAt.get(machine.id), asks[0]) }))
  return { placed, notChosen, missing: asks.length - placed.length }
}

function roomsOf(machines: readonly MachineFacts[], unitsOfService: ReadonlyMap<string, number>): Room[] {
  // Machines at one address are one host, and have one set of ports.
  const taken = new Map<string, Set<number>>()
  for (const { address, takenPorts } of machines) taken.set(address, new Set([...(taken.get(address) ?? []), ...takenPorts]))
  return machines
    .filter((machine) => !machine.whyNot)
    .map((machine): Room => roomOf(machine, unitsOfService.get(machine.id) ?? 0, taken.get(machine.address) ?? new Set()))
}

/** All machines for one unit: those that can take it in the order they would be chosen in, then the others by name. */
export function rankPlaces(ask: Ask, machines: readonly MachineFacts[], unitsOfService: ReadonlyMap<string, number>): Place[] {
  const rooms = roomsOf(machines, unitsOfService)
  const fitting = rooms.filter((room) => !whyNotFit(room, ask)).sort(byRoom)
  const fits = new Set(fitting.map((room) => room.machine.id))
  const roomAt = new Map(rooms.map((room) => [room.machine.id, room]))
  const others = machines.filter((machine) => !fits.has(machine.id))
  return [
    ...fitting.map(({ machine }) => ({ machine, whyNot: undefined })),
    ...others.map((machine) => ({ machine, whyNot: machine.whyNot ?? reason(roomAt.get(machine.id), ask) })),
  ]
}

const roomOf = (machine: MachineFacts, mine: number, taken: Set<number>): Room => ({
  machine,
  free: {
    cpuMillis: machine.capacity.cpuMillis - machine.used.cpuMillis,
    memoryMib: machine.capacity.memoryMib - machine.used.memoryMib,
    diskMib: machine.capacity.diskMib - machine.used.diskMib,
  },
  taken,
  mine,
  all: machine.units,
})

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
  a.mine - b.mine || a.all - b.all || b.free.memoryMib - a.free.memoryMib || a.machine.name.localeCompare(b.machine.name)

function whyNotFit(room: Room, ask: Ask): Sentence | undefined {
  if (ask.from === room.machine.id) return { code: 'unit_is_there', values: {} }
  for (const kind of kinds) {
    if (ask.resources[kind] > room.free[kind]) {
      return { code: `no_${kind}`, values: { needs: ask.resources[kind], free: Math.max(0, room.free[kind]) } }
    }
  }
  return undefined
}

function reason(room: Room | undefined, ask: Ask | undefined): Sentence {
  return (room && ask && whyNotFit(room, ask)) ?? { code: 'others_had_more_room', values: {} }
}

function take(room: Room, ask: Ask): Placed {
  const why: Sentence =
    room.mine === 0 ? { code: 'no_unit_of_this_service', values: {} } : { code: 'fewest_units', values: { units: room.all } }
  const ports: Record<string, number> = {}
  for (const port of ask.ports) {
    let number = port.default
    while (room.taken.has(number)) number++
    room.taken.add(number)
    ports[port.name] = number
  }
  room.free = {
    cpuMillis: room.free.cpuMillis - ask.resources.cpuMillis,
    memoryMib: room.free.memoryMib - ask.resources.memoryMib,
    diskMib: room.free.diskMib - ask.resources.diskMib,
  }
  room.mine++
  room.all++
  return { ordinal: ask.ordinal, machine: room.machine, ports, why, freeAfter: room.free }
}
