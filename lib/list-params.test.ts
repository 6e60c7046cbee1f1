import { expect, test } from 'vitest'
import { readListParams } from './list-params'

test('what an address says is read, what it cannot mean is left out', () => {
  expect(readListParams({ q: ' red ', sort: '-changed', health: 'degraded,unknown', after: 'abc', other: 'x' })).toMatchObject({
    q: 'red',
    sort: '-changed',
    health: ['degraded', 'unknown'],
    after: 'abc',
    before: null,
    kind: [],
  })
  expect(readListParams({ sort: 'drop table', q: 'x'.repeat(300), kind: ['scale', 'restart'] })).toMatchObject({
    sort: '',
    q: '',
    kind: ['scale'],
  })
})
