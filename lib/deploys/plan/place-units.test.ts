import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MachineFacts } from '@/lib/machines/machine-facts'
import { noRules, type PlacementRules } from '@/lib/services/rule-views'
import { type Company, placeUnits, rankPlaces } from './place-units'
import type { UnitAt } from './weigh-machines'

const machine = (name: string, change: Partial<MachineFacts> = {}): MachineFacts => ({
  id: name,
  name,
  runtimeId: 'pool',
  address: name,
  whyNot: undefined,
  capacity: { cpuMillis: 1000, memoryMib: 1000, diskMib: 1000 },
  used: { cpuMillis: 0, memoryMib: 0, diskMib: 0 },
  takenPorts: new Set(),
  units: 0,
  rack: null,
  zone: null,
  labels: {},
  ...change,
})
const spots = {
  a: { rack: 'r1', zone: 'north' },
  b: { rack: 'r1', zone: 'north' },
  c: { rack: 'r2', zone: 'north' },
  d: { rack: 'r1', zone: 'south' },
} as const
type Name = keyof typeof spots
/** Two racks in the north, one of the same name in the south. */
const placed = (change: Partial<Record<Name, Partial<MachineFacts>>> = {}) =>
  (Object.keys(spots) as Name[]).map((name) => machine(name, { ...spots[name], ...change[name] }))
const at = (service: string, ordinal: number, id: Name): UnitAt => ({ service, name: `${service}/${ordinal}`, at: { id, ...spots[id] } })
const among = ({ rules, ...more }: Partial<Omit<Company, 'rules'>> & { rules?: Partial<PlacementRules> }): Company => ({
  service: 'web',
  own: [],
  neighbours: [],
  ...more,
  rules: { ...noRules, ...rules },
})
const reasons = (company: Company, count = 1, machines = placed()) =>
  Object.fromEntries(placeUnits(asks(count), machines, company).notChosen.map((one) => [one.machineName, one.why]))
const chosen = (company: Company, count: number, machines = placed()) =>
  placeUnits(asks(count), machines, company).placed.map((one) => one.machine.name)

const asks = (count: number, memoryMib = 100) =>
  Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    resources: { cpuMillis: 100, memoryMib, diskMib: 10 },
    ports: [{ name: 'http', default: 8080 }],
  }))

test('spreads over machines, the one with fewest units of the service first', () => {
  const { placed } = placeUnits(asks(3), [machine('a'), machine('b'), machine('c')], among({ own: [at('web', 0, 'a')] }))
  expect(placed.map((one) => one.machine.name)).toEqual(['b', 'c', 'a'])
})

test('several units on one machine get the next free port, and machines at one address share ports', () => {
  const alone = placeUnits(asks(2), [machine('a', { takenPorts: new Set([8081]) })])
  expect(alone.placed.map((one) => one.ports.http)).toEqual([8080, 8082])
  const together = placeUnits(asks(2), [machine('a', { address: 'x' }), machine('b', { address: 'x' })])
  expect(together.placed.map((one) => one.ports.http)).toEqual([8080, 8081])
  const loopback = placeUnits(asks(2), [machine('a', { address: '127.0.0.2' }), machine('b', { address: '127.0.0.3' })])
  expect(loopback.placed.map((one) => one.ports.http)).toEqual([8080, 8081])
})

test('after the highest port comes the lowest, and a machine that has none left says so', () => {
  const ask = (count: number) => asks(count).map((one) => ({ ...one, ports: [{ name: 'http', default: 65_535 }] }))
  const two = placeUnits(ask(2), [machine('a', { takenPorts: new Set([1024]) })])
  expect(two.placed.map((one) => one.ports.http)).toEqual([65_535, 1025])
  const all = new Set(Array.from({ length: 65_535 }, (_, port) => port + 1))
  expect(placeUnits(ask(1), [machine('a', { takenPorts: all })])).toMatchObject({
    missing: 1,
    notChosen: [{ machineName: 'a', why: { code: 'no_port' } }],
  })
})

test('says for every machine why it was not chosen', () => {
  const full = machine('full', { used: { cpuMillis: 0, memoryMib: 950, diskMib: 0 } })
  const off = machine('off', { whyNot: { code: 'machine_not_heard', values: {} } })
  const { missing, notChosen } = placeUnits(asks(1), [full, off])
  expect(missing).toBe(1)
  expect(notChosen).toEqual([
    { machineName: 'full', why: { code: 'no_memoryMib', values: { needs: 100, free: 50 } } },
    { machineName: 'off', why: { code: 'machine_not_heard', values: {} } },
  ])
})

test('never promises more than there is, nor one port of a host twice', () => {
  const machines = fc.array(fc.record({ used: fc.integer({ min: 0, max: 1000 }), host: fc.constantFrom('x', 'y') }), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(machines, fc.integer({ min: 1, max: 12 }), (list, count) => {
      const facts = list.map(({ used, host }, index) =>
        machine(`m${index}`, { address: host, used: { cpuMillis: 0, memoryMib: used, diskMib: 0 } }),
      )
      const { placed, missing } = placeUnits(asks(count), facts)
      expect(placed.length + missing).toBe(count)
      for (const one of facts) {
        const mine = placed.filter((unit) => unit.machine.id === one.id).length
        expect(one.used.memoryMib + mine * 100).toBeLessThanOrEqual(Math.max(1000, one.used.memoryMib))
      }
      const ports = placed.map((unit) => `${unit.machine.address}:${unit.ports.http}`)
      expect(new Set(ports).size).toBe(ports.length)
    }),
  )
})

test('spreads over racks and zones; the same rack name in another zone is another rack, and the review says who is there', () => {
  expect(chosen(among({ rules: { spread: 'rack' } }), 4)).toEqual(['a', 'c', 'd', 'b'])
  expect(chosen(among({ rules: { spread: 'zone' } }), 3)).toEqual(['a', 'd', 'b'])
  const own = [at('web', 0, 'a'), at('web', 1, 'd')]
  const company = among({ rules: { spread: 'rack' }, own })
  expect(placeUnits(asks(1), placed(), company).placed[0]).toMatchObject({
    machine: { name: 'c' },
    why: { code: 'fewest_in_rack', values: { units: 0, place: 'r2' } },
  })
  const same = (unit: string) => ({ code: 'same_rack_as', values: { unit } })
  expect(reasons(company)).toEqual({ a: same('web/0'), b: same('web/0'), d: same('web/1') })
  // Nobody has said where these stand: they are one place, chosen last when others have fewer.
  expect(chosen(among({ rules: { spread: 'rack' } }), 2, [machine('x'), machine('y')])).toEqual(['x', 'y'])
})

test('a service near which it must be, or from which it must be apart, leaves only such machines; where it would rather be comes first', () => {
  const neighbours = [at('db', 0, 'c')]
  const rule = (on: 'machine' | 'rack' | 'zone', required: boolean) => [{ service: 'db', on, required }]
  expect(chosen(among({ neighbours, rules: { near: rule('machine', false) } }), 3)).toEqual(['c', 'c', 'c'])
  expect(placeUnits(asks(1), placed(), among({ neighbours, rules: { near: rule('zone', true) } })).placed[0]?.why).toEqual({
    code: 'near_on_zone',
    values: { unit: 'db/0' },
  })
  expect(reasons(among({ neighbours, rules: { near: rule('zone', true) } }), 1).d).toEqual({
    code: 'not_near_on_zone',
    values: { service: 'db' },
  })
  expect(chosen(among({ neighbours, rules: { apart: rule('zone', true) } }), 3)).toEqual(['d', 'd', 'd'])
  expect(reasons(among({ neighbours, rules: { apart: rule('rack', true) } }), 2).c).toEqual({
    code: 'same_rack_as',
    values: { unit: 'db/0' },
  })
  // A wish is given up when only that machine has room.
  const full = { used: { cpuMillis: 0, memoryMib: 990, diskMib: 0 } }
  const only = placeUnits(asks(1), placed({ a: full, b: full, d: full }), among({ neighbours, rules: { apart: rule('machine', false) } }))
  expect(only.placed[0]).toMatchObject({ machine: { name: 'c' }, why: { code: 'least_missing', values: { count: 1 } } })
  // Nobody is there to be near to, and where nobody has said a place, apart cannot be promised.
  expect(placeUnits(asks(1), placed(), among({ rules: { near: rule('zone', true) } })).missing).toBe(1)
  const unsaid = placeUnits(asks(1), [machine('x')], among({ neighbours, rules: { apart: rule('rack', true) } }))
  expect(unsaid.notChosen[0]?.why.code).toBe('no_rack_said')
})

test('labels are asked of machines, and all machines are ranked with the reasons of those that cannot take a unit', () => {
  const company = among({ rules: { labels: { disk: 'ssd' } }, own: [at('web', 0, 'a')] })
  const ranked = rankPlaces(
    { ...asks(1)[0]!, from: 'a' },
    placed({
      a: { labels: { disk: 'ssd' } },
      d: { labels: { disk: 'ssd' } },
      c: { labels: { disk: 'ssd' }, whyNot: { code: 'machine_drains', values: {} } },
    }),
    company,
  )
  expect(ranked.map(({ machine: { name }, whyNot }) => [name, whyNot?.code])).toEqual([
    ['d', undefined],
    ['a', 'unit_is_there'],
    ['b', 'lacks_label'],
    ['c', 'machine_drains'],
  ])
})

test('what must be apart is never together, whatever else is asked and however little room there is', () => {
  const units = fc.array(fc.constantFrom<Name>('a', 'b', 'c', 'd'), { maxLength: 4 })
  const on = fc.constantFrom('machine' as const, 'rack' as const, 'zone' as const)
  fc.assert(
    fc.property(units, on, on, fc.integer({ min: 1, max: 12 }), (where, apart, spread, count) => {
      const neighbours = where.map((id, index) => at('db', index, id))
      const rules = { spread, apart: [{ service: 'db', on: apart, required: true }] }
      const result = placeUnits(asks(count, 200), placed(), among({ neighbours, rules }))
      const key = ({ id, rack, zone }: { id: string; rack: string | null; zone: string | null }) =>
        apart === 'machine' ? id : apart === 'zone' ? zone : `${zone} ${rack}`
      const taken = new Set(neighbours.map((unit) => key(unit.at)))
      for (const one of result.placed) expect(taken.has(key(one.machine))).toBe(false)
      expect(result.placed.length + result.missing).toBe(count)
    }),
  )
})
