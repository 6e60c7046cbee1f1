import { expect, test } from 'vitest'
import { noLimits } from '@/lib/quotas/amount-views'
import { amountsDraftOf, readAmounts } from './amounts-draft'

test('amounts are typed in cores and MiB, and read back as they were; an empty field is no limit', () => {
  const amounts = { services: 3, units: 40, cpuMillis: 2500, memoryMib: 8192, diskMib: null }
  const draft = amountsDraftOf(amounts)
  expect(draft).toEqual({ services: '3', units: '40', cpuMillis: '2.5', memoryMib: '8192', diskMib: '' })
  expect(readAmounts(draft)).toEqual({ amounts, wrong: [] })
  expect(readAmounts(amountsDraftOf(null)).amounts).toEqual(noLimits)
})

test('half a unit, a word and less than nothing are wrong', () => {
  expect(readAmounts({ services: '', units: '0.5', cpuMillis: 'many', memoryMib: '-1', diskMib: '0,5' }).wrong).toEqual([
    'units',
    'cpuMillis',
    'memoryMib',
    'diskMib',
  ])
})
