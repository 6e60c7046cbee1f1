import { expect, test } from 'vitest'
import type { PlanPreview } from '@/lib/deploys/views'
import { type ServiceGates, type ServiceRow, serviceActs } from '@/lib/services/views'
import {
  type BulkItem,
  changeOf,
  commonCount,
  replan,
  retry,
  startItems,
  summaryOf,
  toAsk,
  withAnswer,
  withPlan,
  withSent,
  wordToType,
} from './bulk-state'

const allowed = Object.fromEntries(serviceActs.map((act) => [act, { allowed: true }])) as ServiceGates
const row = (name: string, more: Partial<ServiceRow> = {}): ServiceRow =>
  ({ stageId: name, name, environment: 'test', placements: [{ id: `${name}-p`, wanted: 2 }], gates: allowed, ...more }) as ServiceRow
const plan = (dataLost: object[] = [], none = true) => ({ expectedHash: 'hash', summary: { dataLost }, approval: { none } }) as PlanPreview
const planned = (items: BulkItem[], name: string, of = plan()) => withPlan(items, name, { ok: true, data: of })
const body = { stageId: 'a', kind: 'restart' } as const
const refusal = (code: string) => ({ ok: false, error: { code, message: '' } }) as const
const steps = (items: BulkItem[]) => items.map((item) => item.step).join(' ')

test('what the page knows to be forbidden is refused at once, the rest is planned', () => {
  const gates = { ...allowed, restart: { allowed: false, code: 'no_units' } }
  const items = startItems('restart', [row('a'), row('b', { gates })])
  expect(steps(items)).toBe('planning refused')
  expect(items[1]?.gate?.code).toBe('no_units')
  expect([steps(retry(items)), summaryOf(items).again]).toEqual(['planning refused', 0])
})

test('a change names every placement of a service, or what becomes of its data', () => {
  const input = { count: '3', keepData: false }
  expect(changeOf('scale', row('a'), input)).toEqual({ stageId: 'a', kind: 'scale', counts: { 'a-p': 3 } })
  expect(changeOf('remove', row('a'), input)).toEqual({ stageId: 'a', kind: 'remove', keepData: false })
  expect(changeOf('restart', row('a'), input)).toEqual({ stageId: 'a', kind: 'restart' })
  expect([commonCount([row('a'), row('b')]), commonCount([row('a'), row('b', { placements: [{ id: 'x', wanted: 5 }] })])]).toEqual([
    '2',
    '',
  ])
})

test('one that fails takes nothing from the others, and only it is tried again', () => {
  let items = startItems('restart', [row('a'), row('b'), row('c')])
  for (const name of ['a', 'b', 'c']) items = planned(items, name)
  for (const name of ['a', 'b', 'c']) items = withSent(items, name, { key: name, body })
  items = withAnswer(items, 'a', { ok: true, data: { number: 12 } })
  items = withAnswer(items, 'b', refusal('plan_changed'))
  items = withAnswer(items, 'c', { ok: true, data: { number: 13 } })
  expect(steps(items)).toBe('asked failed asked')
  expect(summaryOf(items)).toMatchObject({ asked: 2, failed: 1, toAsk: 0 })
  items = retry(items)
  expect(steps(items)).toBe('asked planning asked')
  expect(items.map((item) => item.number)).toEqual([12, undefined, 13])
})

test('a question without an answer is sent again with the same key and words, never planned anew', () => {
  let items = planned(startItems('restart', [row('a')]), 'a')
  items = withSent(items, 'a', { key: 'k', body })
  expect(steps(withAnswer(items, 'a', refusal('conflict')))).toBe('failed')
  items = retry(withAnswer(items, 'a', refusal('unavailable')))
  expect([steps(items), toAsk(items)[0]?.sent]).toEqual(['unsure', { key: 'k', body }])
  items = withSent(items, 'a', { key: 'k', body })
  expect(steps(withAnswer(items, 'a', refusal('conflict')))).toBe('unsure')
  expect(steps(withAnswer(items, 'a', refusal('forbidden')))).toBe('failed')
})

test('another count plans anew only what was not asked yet', () => {
  let items = startItems('scale', [row('a'), row('b'), row('c')])
  items = planned(planned(items, 'a'), 'b')
  items = withPlan(items, 'c', refusal('no_capacity'))
  items = withAnswer(withSent(items, 'a', { key: 'k', body }), 'a', { ok: true, data: { number: 1 } })
  expect(steps(replan(items))).toBe('asked planning planning')
})

test('data is lost only after a word: the name of the one, or how many', () => {
  const lost = plan([{ unitName: 'a/0', path: 'data', sizeMib: 5 }], false)
  let items = startItems('remove', [row('a', { environment: 'production' }), row('b'), row('c')])
  for (const name of ['a', 'b', 'c']) items = planned(items, name)
  expect(wordToType(items)).toBeUndefined()
  items = planned(items, 'a', lost)
  expect(wordToType(items)).toBe('a')
  items = planned(items, 'c', lost)
  expect(wordToType(items)).toBe('delete 2')
  expect(summaryOf(items)).toMatchObject({ toAsk: 3, production: 1, approvals: 2, dataLost: 2 })
})
