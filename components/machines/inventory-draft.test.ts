import { expect, test } from 'vitest'
import { expiryOf, type Inventory } from '@/lib/machines/inventory-views'
import { draftOf, readInventory } from './inventory-draft'

const full: Inventory = {
  owner: 'Team Quay',
  cost: { amount: 84.5, currency: 'EUR' },
  zone: 'fra-1',
  rack: 'R 12',
  labels: { disk: 'ssd', 'example.org/tier': '' },
  configuration: { 'serial no.': 'X:1', CPU: 'EPYC 9354P' },
  note: 'Second power supply is on order.',
  expiresAt: '2027-03-01T00:00:00.000Z',
}
const empty = draftOf({ owner: null, cost: null, zone: null, rack: null, labels: {}, configuration: {}, note: null, expiresAt: null })

test('what is said of a machine is typed and read back as it was', () => {
  expect(readInventory(draftOf(full))).toEqual({ inventory: full, wrong: [] })
  expect(readInventory(empty).inventory?.cost).toBeNull()
})

test('each field that is wrong is named', () => {
  expect(readInventory({ ...empty, amount: '12' }).wrong).toEqual(['currency'])
  expect(readInventory({ ...empty, currency: 'EUR' }).wrong).toEqual(['amount'])
  expect(readInventory({ ...empty, amount: '1,50', currency: 'eur' }).inventory?.cost).toEqual({ amount: 1.5, currency: 'EUR' })
  for (const labels of ['no sign', 'disk=ssd\ndisk=hdd', 'Upper=x', 'disk=a,b'])
    expect(readInventory({ ...empty, labels }).wrong).toEqual(['labels'])
  expect(readInventory({ ...empty, zone: 'a,b', configuration: 'no sign' }).wrong.toSorted()).toEqual(['configuration', 'zone'])
})

test('an end that comes nearer reaches its reminders one after the other', () => {
  const at = (days: number) => expiryOf(new Date(days * 86_400_000), new Date(0))
  expect([at(31), at(30), at(8), at(7), at(2), at(1), at(0)]).toEqual([null, 'days_30', 'days_30', 'days_7', 'days_7', 'days_1', 'over'])
  expect(expiryOf(null, new Date(0))).toBeNull()
})
