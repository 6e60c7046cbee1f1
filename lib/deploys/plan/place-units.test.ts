import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MachineFacts } from '@/lib/machines/machine-facts'
import { placeUnits } from './place-units'

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
  ...change,
})
const asks = (count: number, memoryMib = 100) =>
  Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    resources: { cpuMillis: 100, memoryMib, diskMib: 10 },
    ports: [{ name: 'http', default: 8080 }],
  }))

test('spreads over machines, the one with fewest units of the service first', () => {
  const { placed } = placeUnits(asks(3), [machine('a'), machine('b'), machine('c')], new Map([['a', 1]]))
  expect(placed.map((one) => one.machine.name)).toEqual(['b', 'c', 'a'])
})

test('several units on one machine get the next free port, and machines at one address share ports', () => {
  const alone = placeUnits(asks(2), [machine('a', { takenPorts: new Set([8081]) })], new Map())
  expect(alone.placed.map((one) => one.ports.http)).toEqual([8080, 8082])
  const together = placeUnits(asks(2), [machine('a', { address: 'x' }), machine('b', { address: 'x' })], new Map())
  expect(together.placed.map((one) => one.ports.http)).toEqual([8080, 8081])
})

test('says for every machine why it was not chosen', () => {
  const full = machine('full', { used: { cpuMillis: 0, memoryMib: 950, diskMib: 0 } })
  const off = machine('off', { whyNot: { code: 'machine_not_heard', values: {} } })
  const { missing, notChosen } = placeUnits(asks(1), [full, off], new Map())
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
      const { placed, missing } = placeUnits(asks(count), facts, new Map())
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
