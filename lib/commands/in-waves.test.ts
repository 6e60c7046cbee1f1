import { expect, test } from 'vitest'
import type { FoundTarget } from './find-targets'
import { inWaves, waveSizes } from './in-waves'

test('first a few, then a part, then the rest; no wave is empty and none is left out', () => {
  expect(waveSizes(200, { first: 1, percent: 10 })).toEqual([1, 20, 179])
  expect(waveSizes(1, { first: 1, percent: 10 })).toEqual([1])
  expect(waveSizes(3, { first: 2, percent: 100 })).toEqual([2, 1])
  expect(waveSizes(5000, { first: 1, percent: 10 }).reduce((sum, size) => sum + size)).toBe(5000)
})

test('a wave waits for all of the one before it, by one node between them', () => {
  const targets = ['a', 'b', 'c', 'd'].map((machineId) => ({ machineId, runtimeId: 'r', unitId: null, unitName: null }) as FoundTarget)
  expect(inWaves(targets, [1, 2, 1]).map(({ verb, machineId, layer, dependsOn }) => [verb, machineId, layer, dependsOn])).toEqual([
    ['run', 'a', 1, []],
    ['record', null, 2, [0]],
    ['run', 'b', 3, [1]],
    ['run', 'c', 3, [1]],
    ['record', null, 4, [2, 3]],
    ['run', 'd', 5, [4]],
  ])
})
