import { expect, test } from 'vitest'
import { changesOf } from './changes-of'

test('what changed is told field by field, what stayed is not, and the rest stands as it was said', () => {
  const data = {
    name: 'a',
    before: { size: 1, zone: 'x' },
    after: { size: 2, zone: 'x', rack: 'r' },
    from: 'ready',
    to: 'fault',
    reason: '',
  }
  expect(changesOf(data)).toEqual({
    changes: [
      { field: 'size', before: 1, after: 2 },
      { field: 'rack', before: undefined, after: 'r' },
      { field: 'state', before: 'ready', after: 'fault' },
    ],
    rest: [['name', 'a']],
  })
})
